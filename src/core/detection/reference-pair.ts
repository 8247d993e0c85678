// Whether a run reads the same batches as a finished one, learnt from their common noise, and how much of it to subtract.
import { SCALE_SIZE, learnScale, scaleAt } from './robust-scale.js';

const COUNT = 0;
const LAST_RUN = 1;
const LAST_REFERENCE = 2;
const RUN_RUN = 3;
const RUN_REFERENCE = 4;
const REFERENCE_REFERENCE = 5;
const SCALES = 6;
export const PAIR_SIZE = SCALES + 2 * SCALE_SIZE;

const CLIP = 3;
const MEMORY = 1000;
const SCALE_MEMORY = 300;
const LEAST_PAIRS = 20;
/** Correlation that is certain, by three standard errors of Fisher's z, before the noise counts as common. */
const LEAST_CORRELATION = 0.85;
const ERRORS = 3;

/**
 * Clipped regression of the differences of a run's log loss on those of a reference's residual, from point to point: the
 * curves cancel, what is left is noise. A jump of the run is bounded and counts once.
 */
export class ReferencePair {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Takes in the log loss of the run and the residual of the reference at one step that both logged. */
  push(run: number, reference: number): void {
    const { state, offset: o } = this;
    const count = state[o + COUNT]!++;
    const dRun = run - state[o + LAST_RUN]!;
    const dReference = reference - state[o + LAST_REFERENCE]!;
    state[o + LAST_RUN] = run;
    state[o + LAST_REFERENCE] = reference;
    if (count === 0) return;
    learnScale(state, o + SCALES, dRun, SCALE_MEMORY);
    learnScale(state, o + SCALES + SCALE_SIZE, dReference, SCALE_MEMORY);
    const a = clip(dRun, CLIP * scaleAt(state, o + SCALES));
    const b = clip(dReference, CLIP * scaleAt(state, o + SCALES + SCALE_SIZE));
    const kept = 1 - 1 / MEMORY;
    state[o + RUN_RUN] = kept * state[o + RUN_RUN]! + a * a;
    state[o + RUN_REFERENCE] = kept * state[o + RUN_REFERENCE]! + a * b;
    state[o + REFERENCE_REFERENCE] = kept * state[o + REFERENCE_REFERENCE]! + b * b;
  }

  /** Correlation of the two noises, −1 to 1. */
  get correlation(): number {
    const { state, offset: o } = this;
    const product = state[o + RUN_RUN]! * state[o + REFERENCE_REFERENCE]!;
    return product > 0 ? state[o + RUN_REFERENCE]! / Math.sqrt(product) : 0;
  }

  /** Share of the reference's residual that the run shows too; 0 while it is not clear that they read the same batches. */
  get coefficient(): number {
    const { state, offset: o } = this;
    if (!this.certain) return 0;
    return Math.min(2, state[o + RUN_REFERENCE]! / state[o + REFERENCE_REFERENCE]!);
  }

  get certain(): boolean {
    const count = Math.min(this.state[this.offset + COUNT]!, MEMORY);
    if (count < LEAST_PAIRS) return false;
    const bound = Math.atanh(Math.min(this.correlation, 0.9999)) - ERRORS / Math.sqrt(count - 3);
    return bound > Math.atanh(LEAST_CORRELATION);
  }
}

const clip = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
