// The band at steps spaced by how long the run has trained, for drawing what was predicted.
import type { MonitorBandKnot, Standing } from './monitor-types.js';

const SPACED = 0.02;

export class BandKnots {
  private knots: MonitorBandKnot[] = [];

  /** @param at where the state has the step from which on the next are due */
  constructor(
    private readonly state: Float64Array,
    private readonly at: number,
  ) {}

  /** Those that nobody has asked for yet. */
  get waiting(): readonly MonitorBandKnot[] {
    return this.knots;
  }

  restore(knots: readonly MonitorBandKnot[]): void {
    this.knots = [...knots];
  }

  /** The run goes back to a step. */
  goBack(step: number): void {
    this.state[this.at] = Math.min(this.state[this.at]!, step);
  }

  /** Those since the last call. */
  drain(): MonitorBandKnot[] {
    const drained = this.knots;
    this.knots = [];
    return drained;
  }

  /**
   * @param began the run's first step, which may be far from 0
   * @param judges those of the losses themselves: beside a reference each step is expected with its noise, which no line between knots shows
   */
  tie(step: number, began: number, judges: ReadonlyMap<string, { standing(): Standing | null }>): void {
    if (step < this.state[this.at]!) return;
    this.state[this.at] = step + Math.max(1, Math.ceil(SPACED * (step - began)));
    for (const [metric, judge] of judges) {
      const standing = judge.standing();
      if (standing === null || standing.step !== step || standing.expected === null) continue;
      this.knots.push({ metric, step, expected: standing.expected, lower: standing.lower!, upper: standing.upper! });
    }
  }
}
