// Reads back what a trainer wrote into its run file.
import { readFileSync } from 'node:fs';

export interface LoggedStep {
  step: number;
  attempt: number;
  metrics: Record<string, number | null>;
}

/** The step lines of a run file, NaN as null. */
export function loggedSteps(path: string): LoggedStep[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line.replace(/\bNaN\b/g, 'null')))
    .filter((line) => 'step' in line)
    .map(({ step, attempt, time: _, ...metrics }) => ({ step, attempt, metrics }));
}
