// A standard deviation learnt point by point, deaf to outliers: two numbers of state.

/** Numbers of state, in a Float64Array shared with others. */
export const SCALE_SIZE = 2;

/** E min(|Z|, 3) of a standard normal Z. */
const NORMAL_MEAN = 0.79711;
const CLIP = 3;
const FIRST = 6;

/** The deviation at `offset` of `state`; 0 before the first value. */
export const scaleAt = (state: Float64Array, offset: number): number => state[offset + 1]!;
/** How many values it has seen. */
export const scaleCount = (state: Float64Array, offset: number): number => state[offset]!;

/** What was learnt before a change counts as so many values. */
const CARRIED = 30;

/** What is measured may have changed: from here on it is learnt faster again. */
export function relearnScale(state: Float64Array, offset: number): void {
  state[offset] = Math.min(state[offset]!, CARRIED);
}

/**
 * Takes in one deviation from the centre (its sign does not matter). An M-estimate of scale by stochastic approximation
 * (Robbins and Monro 1951) with the bounded score min(|d|/s, 3), consistent for normal values; `memory` values are
 * remembered.
 */
export function learnScale(state: Float64Array, offset: number, deviation: number, memory: number): void {
  const size = Math.abs(deviation);
  const count = ++state[offset]!;
  const scale = state[offset + 1]!;
  if (count <= FIRST || scale === 0) {
    // A plain mean of absolute values to start from.
    state[offset + 1] = scale + (size / NORMAL_MEAN - scale) / count;
    return;
  }
  const score = Math.min(size / scale, CLIP) - NORMAL_MEAN;
  state[offset + 1] = scale * (1 + (1.3 * score) / Math.min(count, memory));
}
