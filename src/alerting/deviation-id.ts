// The name of a deviation: derived from what it is, so that live and offline judgement give the same.
import { createHash } from 'node:crypto';

/** `dev_` and 24 hexadecimal digits, from run, attempt, metric and the step of the record that opened it. */
export function deviationId(run: string, attempt: number, metric: string, openedAtStep: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([run, attempt, metric, openedAtStep]))
    .digest('hex');
  return `dev_${digest.slice(0, 24)}`;
}
