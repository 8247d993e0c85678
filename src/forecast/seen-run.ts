// What has been seen of a run's curves so far, in a fixed amount of memory: bins by metric over one way travelled.
import { BINS_SIZE, type Bin, CurveBins } from '../core/curves/curve-bins.js';
import type { SeenCurve } from '../core/curves/curve-forecast.js';
import { TRAVEL_SIZE, Travel, coolingOf, pace } from '../core/curves/travel.js';
import { type BatchSchedule, nextBatch, plannedBatch } from '../runs/batch-schedule.js';
import { batchOf } from './metric-names.js';
import { type InferredRates, inferRates } from './inferred-rates.js';
import { ceilingOf, falling } from './metric-sense.js';

/** Rate by step as planned; NaN where the plan does not say. */
export type RatePlan = (step: number) => number;

interface Seen {
  state: Float64Array;
  bins: CurveBins;
  /** Of a metric that rises. */
  ceiling: number | null;
}

/** Follows a run record by record. All its state is numbers that can be copied and put back bit for bit. */
export class SeenRun {
  private readonly state: Float64Array;
  private readonly travel: Travel;
  private readonly metrics = new Map<string, Seen>();

  constructor(stored?: { names: readonly string[]; arrays: readonly Float64Array[] }) {
    this.state = new Float64Array(TRAVEL_SIZE);
    // Snapshots of before batch sizes were followed are shorter.
    if (stored) this.state.set(stored.arrays[0]!);
    this.travel = new Travel(this.state, 0);
    stored?.names.forEach((name, i) => this.metrics.set(name, seenIn(name, stored.arrays[i + 1]!)));
  }

  /**
   * Takes in one record.
   * @param rate learning rate there, NaN where it is not known
   * @param names metrics to follow, others are passed over; values that are not above 0 or not finite are left out
   * @param planned size of the batch, which counts as long as none is logged; NaN where none is planned
   */
  take(
    step: number,
    rate: number,
    metrics: Readonly<Record<string, number>>,
    names: readonly string[],
    planned = NaN,
  ): void {
    if (step < this.travel.step) {
      if (this.isLatePart(step, metrics, names)) return this.takeLate(step, metrics, names);
      this.rewind(step);
    }
    this.travel.batch(step, batchOf(metrics), metrics.tokens ?? NaN, planned);
    const known = this.travel.rateKnown;
    this.travel.advance(step, rate);
    if (!known && this.travel.rateKnown)
      for (const { bins } of this.metrics.values()) bins.inUnitOf(this.travel.rate * this.travel.cooling, pace(rate));
    this.add(step, this.travel.travelled, this.travel.rate * this.travel.cooling, metrics, names);
  }

  private add(
    step: number,
    position: number,
    warmth: number,
    metrics: Readonly<Record<string, number>>,
    names: readonly string[],
  ): void {
    for (const name of names) {
      const logged = metrics[name];
      if (logged === undefined) continue;
      const known = this.metrics.get(name);
      const value = falling(known ? known.ceiling : ceilingOf(name), logged);
      if (!(value > 0) || value === Infinity) continue;
      const seen = known ?? seenIn(name, new Float64Array(BINS_SIZE));
      if (!known) this.metrics.set(name, seen);
      seen.bins.add(step, Math.log(value), position, warmth, this.travel.interval);
    }
  }

  /** Metrics that have nothing behind that step yet, as of an evaluation beside the training: no restart. */
  private isLatePart(step: number, metrics: Readonly<Record<string, number>>, names: readonly string[]): boolean {
    return names.every((name) => metrics[name] === undefined || !((this.metrics.get(name)?.bins.newest ?? -1) >= step));
  }

  private takeLate(step: number, metrics: Readonly<Record<string, number>>, names: readonly string[]): void {
    const { travel } = this;
    const [first] = this.metrics.values();
    const there = first?.bins.read().find((bin) => bin.step >= step);
    const position = there ? first!.bins.positionAt(step) : (travel.travelled * step) / travel.step;
    this.add(step, position, there?.rate ?? travel.rate * travel.cooling, metrics, names);
  }

  /** Newest step, 0 before the first record. */
  get step(): number {
    return this.travel.step;
  }

  /** Position in training: a sum over learning rates. */
  get travelled(): number {
    return this.travel.travelled;
  }

  get rateKnown(): boolean {
    return this.travel.rateKnown;
  }

  /** The metrics that had a value. */
  get names(): string[] {
    return [...this.metrics.keys()];
  }

  /** Its numbers as they are: the way travelled, then the bins of each of `names`. */
  get arrays(): Float64Array[] {
    return [this.state, ...[...this.metrics.values()].map(({ state }) => state)];
  }

  /** A copy as it stands now, with one of the metrics. */
  only(metric: string): SeenRun {
    const seen = this.metrics.get(metric);
    const arrays = [this.state.slice(), ...(seen ? [seen.state.slice()] : [])];
    return new SeenRun({ names: seen ? [metric] : [], arrays });
  }

  /**
   * What is seen of `metric` as of step `at`, or null where it had no value.
   * @param plan rate to come; where it does not say the last rate goes on
   * @param until planned end of a run whose rates to come are to be inferred from the logged ones where there is no plan
   * @param batches as planned; those to come count in proportion to the one planned for now
   */
  curve(
    metric: string,
    at: number,
    plan: RatePlan | null,
    until: number | null = null,
    batches: BatchSchedule | null = null,
  ): SeenCurve | null {
    const seen = this.metrics.get(metric);
    if (!seen) return null;
    const { travel } = this;
    const last = travel.rate;
    const bins = seen.bins.read();
    const infers = plan === null && until !== null && travel.rateKnown;
    // Rates of the bins say nothing of the schedule once the batch has changed.
    const inferred = infers && travel.cooling === 1 ? inferRates(bins, until) : null;
    // A plan in another unit than the log (a multiplier, say) counts from where both are known.
    const planned = plan?.(travel.step) ?? NaN;
    const unit = travel.rateKnown && planned > 0 && last > 0 ? last / planned : 1;
    const rateAt = (step: number): number => {
      const rate = plan === null ? (inferred?.rateAt(step) ?? NaN) : unit * plan(step);
      return rate >= 0 ? rate : last;
    };
    const travelled = travel.travelled + ((pace(rateAt(at)) + pace(last)) / 2) * Math.max(0, at - travel.step);
    return {
      ...{ bins, points: seen.bins.points, at, travelled, rateKnown: travel.rateKnown, rateAt },
      cooling: travel.cooling,
      ...batchAhead(batches, at),
      ...(infers ? { ahead: aheadOf(inferred, last) } : {}),
      // Rates in the bins count a batch that has grown as a lower rate.
      contradicted: plan !== null && travel.cooling === 1 && contradicts(plan, bins, at),
    };
  }

  /** A restart from a checkpoint: what came after it is forgotten. */
  private rewind(step: number): void {
    const first = this.metrics.values().next().value;
    const travelled = first ? first.bins.positionAt(step) : NaN;
    for (const seen of this.metrics.values()) seen.bins.truncate(step);
    this.travel.rewind(step, travelled);
  }
}

function batchAhead(batches: BatchSchedule | null, at: number): Pick<SeenCurve, 'batchAhead'> {
  const next = batches && nextBatch(batches, at);
  if (!next) return {};
  const now = plannedBatch(batches, at);
  const times = (next.tokens / now).toPrecision(2);
  return {
    batchAhead: {
      cooling: (step) => coolingOf(now, plannedBatch(batches, step)),
      said: `the planned batches: from step ${next.step} on ${times} times the present one`,
    },
  };
}

/** How the rates to come are known where none are planned. */
const aheadOf = (inferred: InferredRates | null, last: number): SeenCurve['ahead'] =>
  inferred === null
    ? {
        known: false,
        said: `no plan of the learning rate: the last one, ${last.toPrecision(3)}, goes on, and wider intervals`,
      }
    : {
        known: true,
        said: `learning rates to come inferred from the logged ones: ${inferred.shape}, ${inferred.least.toPrecision(2)} at the end`,
      };

/** How far a plan and the log may disagree in shape over the latter half of what is seen. */
const DISAGREE = 1.1;
/** Rates below this share of the highest are left out: a decay's last part is read too coarsely. */
const TOO_LOW = 0.05;

function contradicts(plan: RatePlan, bins: readonly Bin[], at: number): boolean {
  let peak = 0;
  for (const { rate } of bins) peak = Math.max(peak, rate);
  const found: number[] = [];
  for (const { step, rate } of bins) {
    if (step < at / 2 || rate < TOO_LOW * peak) continue;
    const ratio = plan(step) / rate;
    if (ratio >= 0) found.push(ratio);
  }
  const ratios = new Float64Array(found).sort();
  // A bin that reaches across a sudden drop agrees with nothing: the outermost are left out.
  const cut = Math.ceil(ratios.length / 10);
  return ratios.length > 2 * cut && ratios[ratios.length - 1 - cut]! > DISAGREE * ratios[cut]!;
}

const seenIn = (name: string, state: Float64Array): Seen => ({
  state,
  bins: new CurveBins(state, 0),
  ceiling: ceilingOf(name),
});
