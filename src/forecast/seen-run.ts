// What has been seen of a run's curves so far, in a fixed amount of memory: bins by metric over one way travelled.
import { BINS_SIZE, CurveBins } from '../core/curves/curve-bins.js';
import type { SeenCurve } from '../core/curves/curve-forecast.js';
import { TRAVEL_SIZE, Travel } from '../core/curves/travel.js';

interface Seen {
  bins: CurveBins;
  points: number;
}

/** Follows a run record by record. */
export class SeenRun {
  private readonly travel = new Travel(new Float64Array(TRAVEL_SIZE), 0);
  private readonly metrics = new Map<string, Seen>();
  private newest = -Infinity;

  /**
   * Takes in one record.
   * @param rate learning rate there, NaN where it is not known
   * @param names metrics to follow, others are passed over; values that are not above 0 or not finite are left out
   */
  take(step: number, rate: number, metrics: Readonly<Record<string, number>>, names: readonly string[]): void {
    if (step < this.newest) this.rewind(step);
    this.newest = step;
    this.travel.advance(step, rate);
    for (const name of names) {
      const value = metrics[name];
      if (value === undefined || !(value > 0) || value === Infinity) continue;
      let seen = this.metrics.get(name);
      if (!seen) this.metrics.set(name, (seen = { bins: new CurveBins(new Float64Array(BINS_SIZE), 0), points: 0 }));
      seen.bins.add(step, Math.log(value), this.travel.travelled, this.travel.rate, this.travel.interval);
      seen.points++;
    }
  }

  /** How far the run has come; -Infinity before its first record. */
  get step(): number {
    return this.newest;
  }

  get rateKnown(): boolean {
    return this.travel.rateKnown;
  }

  /** The metrics that had a value. */
  get names(): string[] {
    return [...this.metrics.keys()];
  }

  /**
   * What is seen of `metric` as of step `at`, or null where it had no value.
   * @param plan rate to come, NaN where it does not say: the last rate then goes on
   */
  curve(metric: string, at: number, plan: ((step: number) => number) | null): SeenCurve | null {
    const seen = this.metrics.get(metric);
    if (!seen) return null;
    const { travel } = this;
    const last = travel.rate;
    // A plan in another unit than the log (a multiplier, say) counts from where both are known.
    const planned = plan?.(travel.step) ?? NaN;
    const unit = travel.rateKnown && planned > 0 && last > 0 ? last / planned : 1;
    const rateAt = (step: number): number => {
      const rate = plan === null ? NaN : unit * plan(step);
      return rate >= 0 ? rate : last;
    };
    const travelled = travel.travelled + ((rateAt(at) + last) / 2) * Math.max(0, at - travel.step);
    return { bins: seen.bins.read(), points: seen.points, at, travelled, rateKnown: travel.rateKnown, rateAt };
  }

  /** A restart from a checkpoint: what came after it is forgotten. */
  private rewind(step: number): void {
    const first = this.metrics.values().next().value;
    const travelled = first ? first.bins.positionAt(step) : NaN;
    for (const seen of this.metrics.values()) {
      seen.bins.truncate(step);
      seen.points = seen.bins.read().reduce((sum, bin) => sum + bin.count, 0);
    }
    this.travel.rewind(step, travelled);
  }
}
