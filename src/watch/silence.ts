// What is said of a run that stopped sending without a word.
import type { Sighting } from '../alerting/deviation-life.js';

/** The run as a whole is no metric: its own deviations carry this name. */
const RUN_ITSELF = 'run';

export function silence(step: number, evidence: string[]): Sighting {
  return {
    metric: RUN_ITSELF,
    kind: 'silent',
    side: 'worse',
    step,
    startedAtStep: step,
    expected: null,
    expectedLower: null,
    expectedUpper: null,
    observed: null,
    sigma: null,
    computeShare: null,
    evidence,
    advice: 'look whether the job still runs; if it was ended on purpose, send its status',
    outlook: null,
  };
}
