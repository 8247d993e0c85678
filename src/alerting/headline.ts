// The first line of an alert: what, which run, how sure, since when.
import type { Deviation } from './deviation.js';
import { percentRange } from './number-text.js';

/** One plain line such as "llama-1b-03 lost 12 % (7–18 %) of its compute: shift of loss at step 41,200". */
export function headline(deviation: Deviation): string {
  const d = deviation;
  const who = d.run ?? `${d.runs.length} runs`;
  const where = `at step ${d.startedAtStep.toLocaleString('en-US')}`;
  const over = d.status === 'resolved' ? 'over: ' : '';
  if (d.kind === 'silent') return `${over}${who} stopped sending ${where}`;
  if (d.kind === 'non-finite') return `${over}${who}: ${d.metric} is not finite ${where}`;
  const what = `${d.kind === 'pending' ? 'deviation (kind not yet clear)' : d.kind} of ${d.metric} ${where}`;
  const share = d.price.computeShare;
  if (share !== null && share.value > 0 && d.side === 'worse')
    return `${over}${who} lost ${percentRange(share)} of its compute: ${what}`;
  const sigma =
    d.sigma !== null && Number.isFinite(d.sigma)
      ? `, ${Math.abs(d.sigma).toFixed(1)} σ ${d.sigma > 0 ? 'above' : 'below'} its forecast`
      : '';
  return `${over}${who}: ${what}${sigma}`;
}
