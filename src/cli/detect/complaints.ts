// What a reader of a judged file must be told beside its deviations: what was left out, and what could not be judged.
import type { FileSummary } from './judge-file.js';

/** In words, each with the file's name; empty where all was in order. */
export function complaintsOf(file: string, summary: FileSummary): string[] {
  const { rejected, firstProblem, judgedMetrics, records, unjudged, contradictedSince, zeroRates } = summary;
  const { late, conflicts, wordColumns, jump } = summary;
  const said: string[] = [];
  if (rejected > 0) said.push(`${rejected} lines left out; the first: ${firstProblem}`);
  if (judgedMetrics === 0)
    said.push(
      `no loss to judge (${records} records); judged are loss and val_loss, or what the run's watch names` +
        (wordColumns.length > 0 ? `; left out, being no numbers: ${wordColumns.slice(0, 5).join(', ')}` : ''),
    );
  else if (unjudged !== null) said.push(`not judged against a forecast: ${unjudged}`);
  if (contradictedSince > 0)
    said.push(`the schedule contradicts the logged learning rates from step ${contradictedSince} on: the log wins`);
  if (late > 0) said.push(`${late} records came behind the newest step and were not judged: is the log in its order?`);
  if (conflicts > 0) said.push(`${conflicts} records gave a known step other values: the first count`);
  if (jump) said.push(`the steps jump from ${jump.from} to ${jump.to}: nothing is known of what lies between`);
  if (zeroRates) said.push('the learning rates logged are all 0 and count as not known');
  return said.map((text) => `offcurve: ${file}: ${text}`);
}
