// Looks for the signature of a spike, an onset and an exponential decay, in the newest points.
import { SCALE_SIZE, learnScale, scaleAt, scaleCount } from './robust-scale.js';

const RING = 32;
const LENGTHS = [8, 16, 24];
const DECAY = 10;
const COUNT = 0;
const BASE = 1;
const HEAD = 2;
export const SPIKE_SCAN_SIZE = HEAD + RING + LENGTHS.length * SCALE_SIZE;

const LONGEST = LENGTHS[LENGTHS.length - 1]!;
const BASE_MEMORY = 64;
const SCALE_MEMORY = 300;
const PRIOR_COUNT = 20;
/** A line that explains this much more than a spike does, in variances of a point, is what is there. */
const RAMP = 10;
const TEMPLATE = Float64Array.from({ length: LONGEST }, (_, j) => Math.exp(-j / DECAY));
/** Sum of squared distances of the ring's places from their middle. */
const SPREAD = (RING * (RING ** 2 - 1)) / 12;
const NORMS = LENGTHS.map((length) => Math.hypot(...TEMPLATE.subarray(0, length)));

/** The strongest match that ends at the newest point. */
export interface SpikeEvidence {
  z: number;
  back: number;
  size: number;
}

/**
 * A matched filter for a decaying exponential (Turin 1960), for onsets 8, 16 and 24 points back, against a slow mean of
 * what lies before. Its deviation is learnt from its own past output, so that heavy tails and correlation count.
 */
export class SpikeScan {
  readonly found: SpikeEvidence = { z: 0, back: 0, size: 0 };
  /** Of a single point, as the newest was judged by. */
  private deviation = 0;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** Mean residual before the newest points. */
  base(): number {
    return this.state[this.offset + BASE]!;
  }

  /** The residual `back` points before the newest, which is 0 back; up to 31. */
  recent(back: number): number {
    const { state, offset: o } = this;
    return state[o + HEAD + ((state[o + COUNT]! - 1 - back + RING) % RING)]!;
  }

  /** Takes the newest points for ordinary: what was found in them has been said. */
  calm(): void {
    const { state, offset: o } = this;
    state.fill(state[o + BASE]!, o + HEAD, o + HEAD + RING);
  }

  /** The residuals are centred again: forgets the newest points and the mean before them. */
  rebase(): void {
    this.state[this.offset + COUNT] = 0;
    this.state[this.offset + BASE] = 0;
  }

  /**
   * Whether a line through the newest points explains more than the spike that was found: a forecast that drifts off, as it
   * may in a decay, leaves no spike. What drifts is left to the tests of the curve.
   */
  ramps(): boolean {
    const { back, size } = this.found;
    const base = this.base();
    const middle = (RING - 1) / 2;
    let [sum, tilt, squares, left] = [0, 0, 0, 0];
    for (let j = 0; j < RING; j++) {
      const y = this.recent(RING - 1 - j) - base;
      const since = j - (RING - back);
      sum += y;
      tilt += y * (j - middle);
      squares += y * y;
      left += (since < 0 ? y : y - size * TEMPLATE[since]!) ** 2;
    }
    const leftByLine = squares - sum ** 2 / RING - tilt ** 2 / SPREAD;
    return tilt > 0 && left > leftByLine + RAMP * this.deviation ** 2;
  }

  push(residual: number, deviation: number): void {
    const { state, offset: o, found } = this;
    const count = state[o + COUNT]!;
    const slot = o + HEAD + (count % RING);
    // The mean is of points older than the ring.
    if (count >= RING) {
      const gone = state[slot]!;
      const known = count - RING + 1;
      state[o + BASE]! += (gone - state[o + BASE]!) / Math.min(known, BASE_MEMORY);
    }
    state[slot] = residual;
    state[o + COUNT] = count + 1;
    found.z = 0;
    this.deviation = deviation;
    if (count + 1 < RING + 8) return;
    const base = state[o + BASE]!;
    for (let l = 0; l < LENGTHS.length; l++) {
      const length = LENGTHS[l]!;
      // From the oldest to the newest, around the end of the ring.
      const first = (count - length + 1) % RING;
      const straight = Math.min(length, RING - first);
      let sum = 0;
      for (let j = 0, at = o + HEAD + first; j < straight; j++, at++) sum += TEMPLATE[j]! * (state[at]! - base);
      for (let j = straight, at = o + HEAD; j < length; j++, at++) sum += TEMPLATE[j]! * (state[at]! - base);
      const norm = NORMS[l]!;
      const size = sum / (norm * norm);
      const scale = o + HEAD + RING + l * SCALE_SIZE;
      const known = scaleCount(state, scale);
      const learnt = scaleAt(state, scale);
      const white = deviation / norm;
      const usual = Math.max(
        white,
        Math.sqrt((PRIOR_COUNT * white * white + known * learnt * learnt) / (PRIOR_COUNT + known)),
      );
      const z = size / usual;
      if (Math.abs(z) > Math.abs(found.z)) {
        found.z = z;
        found.back = length;
        found.size = size;
      }
      if (count % length === 0) learnScale(state, scale, size, SCALE_MEMORY);
    }
  }
}
