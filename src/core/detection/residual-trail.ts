// The residuals since the onset of a deviation, as a few blocks of means, and which shape of deviation they follow.

const BLOCKS = 32;
const COUNT = 0;
const USED = 1;
const WIDTH = 2; // points in a block
const HEAD = 3;
const FIELDS = 3; // points, sum of residuals, sum of places
export const TRAIL_SIZE = HEAD + BLOCKS * FIELDS;

export type Shape = 'spike' | 'step' | 'bend' | 'growth';

/** The shape that fits best; `lead` is by how much its criterion beats the best of the others. */
export interface ShapeFit {
  shape: Shape;
  lead: number;
  /** Fitted residual now. */
  now: number;
}

const DECAYS = [4, 8, 16, 32, 64, 128];
const GROWTHS = [1.2, 2.5, 5, 10];

/** A trail over state of the caller: 32 blocks whose width doubles whenever they are full. */
export class ResidualTrail {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  clear(): void {
    this.state.fill(0, this.offset, this.offset + TRAIL_SIZE);
    this.state[this.offset + WIDTH] = 1;
  }

  get count(): number {
    return this.state[this.offset + COUNT]!;
  }

  /** Takes in `points` residuals with a mean; they follow on those before. */
  add(mean: number, points: number): void {
    const { state, offset: o } = this;
    const place = state[o + COUNT]! + points / 2;
    state[o + COUNT]! += points;
    let used = state[o + USED]!;
    const last = o + HEAD + (used - 1) * FIELDS;
    if (used === 0 || state[last]! + points > state[o + WIDTH]!) {
      if (used === BLOCKS) used = this.halve();
      state[o + USED] = ++used;
      state.fill(0, o + HEAD + (used - 1) * FIELDS, o + HEAD + used * FIELDS);
    }
    const at = o + HEAD + (used - 1) * FIELDS;
    state[at]! += points;
    state[at + 1]! += mean * points;
    state[at + 2]! += place * points;
  }

  private halve(): number {
    const { state, offset: o } = this;
    state[o + WIDTH]! *= 2;
    for (let i = 0; i < BLOCKS / 2; i++)
      for (let f = 0; f < FIELDS; f++) {
        const from = o + HEAD + 2 * i * FIELDS + f;
        state[o + HEAD + i * FIELDS + f] = state[from]! + state[from + FIELDS]!;
      }
    return BLOCKS / 2;
  }

  /** Mean of about the newest `points` residuals. */
  recent(points: number): number {
    const { state, offset: o } = this;
    let [sum, n] = [0, 0];
    for (let i = state[o + USED]! - 1; i >= 0 && n < points; i--) {
      const at = o + HEAD + i * FIELDS;
      n += state[at]!;
      sum += state[at + 1]!;
    }
    return n > 0 ? sum / n : 0;
  }

  /**
   * Compares a decaying spike, a step, a bend in log time and a growth by the Bayesian information criterion (Schwarz
   * 1978), each with one free size and the last and first with a free time.
   *
   * @param before points of the run before the onset
   * @param deviation of a single residual
   * @param wander variance of the forecast's own error
   */
  classify(before: number, deviation: number, wander: number): ShapeFit {
    const total = this.count;
    const penalty = Math.log(Math.max(3, this.state[this.offset + USED]!));
    const fits: ShapeFit[] = [];
    const consider = (shape: Shape, cost: number, now: number): void => {
      const same = fits.find((fit) => fit.shape === shape);
      if (same && same.lead <= cost) return;
      if (same) fits.splice(fits.indexOf(same), 1);
      fits.push({ shape, lead: cost, now });
    };
    const fit = (shape: Shape, extra: number, curve: (t: number) => number): void => {
      const { cost, size } = this.leastSquares(curve, deviation, wander);
      consider(shape, cost + extra * penalty, size * curve(total));
    };
    fit('step', 0, () => 1);
    fit('bend', 0, (t) => Math.log1p(t / Math.max(before, 1)));
    for (const tau of DECAYS) if (tau < total) fit('spike', 1, (t) => Math.exp(-t / tau));
    for (const times of GROWTHS) fit('growth', 1, (t) => Math.expm1((times * t) / total));
    fits.sort((a, b) => a.lead - b.lead);
    return { ...fits[0]!, lead: fits[1]!.lead - fits[0]!.lead };
  }

  private leastSquares(curve: (t: number) => number, deviation: number, wander: number) {
    const { state, offset: o } = this;
    let [cc, cy, yy] = [0, 0, 0];
    for (let i = 0; i < state[o + USED]!; i++) {
      const at = o + HEAD + i * FIELDS;
      const n = state[at]!;
      const y = state[at + 1]! / n;
      const c = curve(state[at + 2]! / n);
      const weight = 1 / ((deviation * deviation) / n + wander);
      cc += weight * c * c;
      cy += weight * c * y;
      yy += weight * y * y;
    }
    const size = cc > 0 ? cy / cc : 0;
    return { size, cost: yy - size * cy };
  }
}
