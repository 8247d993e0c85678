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
  if (d.kind === 'slow' && d.observed !== null && d.expected !== null) {
    const times = d.observed / d.expected;
    // What it takes now is what it took before: the number would say nothing.
    if (d.status === 'resolved' && d.outlook === 'recovers')
      return `over: ${who} took longer for a step from step ${d.startedAtStep.toLocaleString('en-US')} on, and does no more`;
    return `${over}${who} takes ${(times > 1 ? times : 1 / times).toFixed(1)} times as long for a step since step ${d.startedAtStep.toLocaleString('en-US')}`;
  }
  if (d.kind === 'off-law') return `${over}${who} ${offLaw(d)}`;
  const kind = d.kind === 'pending' ? 'deviation (kind not yet clear)' : d.kind;
  const what = `${kind}${d.kind === 'data-event' ? '' : ` of ${d.metric}`} ${where}`;
  const share = d.price.computeShare;
  if (share !== null && share.value > 0 && d.side === 'worse')
    return `${over}${who} lost ${percentRange(share)} of ${d.run === null ? 'their' : 'its'} compute: ${what}`;
  if (d.status === 'resolved' && d.outlook === 'recovers') return `${over}${who}: ${what}, back on its curve`;
  const sigma =
    d.sigma !== null && Number.isFinite(d.sigma)
      ? `, ${Math.abs(d.sigma).toFixed(1)} σ ${d.sigma > 0 ? 'above' : 'below'} its forecast`
      : '';
  return `${over}${who}: ${what}${sigma}`;
}

/** A finished run against its family's law: news of the family, in either direction. */
function offLaw({ side, metric, step, observed, expected, sigma }: Deviation): string {
  const share = observed !== null && expected !== null ? Math.abs(observed / expected - 1) : 0;
  const word = side === 'better' ? 'broke through the law of its family' : 'fell short of the law of its family';
  const off = sigma === null ? '' : ` (${Math.abs(sigma).toFixed(1)} σ)`;
  const place = observed !== null && expected !== null && observed < expected ? 'below' : 'above';
  const than = `${(100 * share).toFixed(1)} % ${place} it${off}`;
  return `${word}: ${metric} ${than}, after step ${step.toLocaleString('en-US')}`;
}
