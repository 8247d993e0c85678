// Keeps the forecasts of a run's losses fitted in the stream, at fixed places, whatever the batches.
import { BINS_SIZE } from '../core/curves/curve-bins.js';
import { type CurveForecast, abstained, forecastCurve } from '../core/curves/curve-forecast.js';
import { TRAVEL_SIZE } from '../core/curves/travel.js';
import type { Leaning } from '../core/curves/leaning.js';
import type { MonitorEvent } from '../core/detection/monitor-types.js';
import type { SeenCurve } from '../core/curves/curve-forecast.js';
import { plannedBatch } from '../runs/batch-schedule.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import { type FinishedRun, finishedRun } from './finished-run.js';
import { LOSSES, rateOf } from './metric-names.js';
import { inOwnSense } from './metric-sense.js';
import { plannedEnd, ratesOf } from './rate-plan.js';
import { SeenRun } from './seen-run.js';

/** A forecast of one metric and where in the run it was made. */
export interface MadeForecast {
  metric: string;
  attempt: number;
  step: number;
  forecast: { until: number } & CurveForecast;
}

/** What is leaned on, by metric. */
export type Leanings = Readonly<Record<string, Leaning>>;

/** A new forecast each time the position in training has grown by this share. */
const GROWTH = 0.05;
/** Knots of a kept forecast. */
const KNOTS = 64;
const LEVEL = 0.9;

/** What is due to be fitted: the metric as it stood at its place. */
interface Due {
  attempt: number;
  step: number;
  metadata: RunMetadata;
  seen: SeenRun;
  /** Onset of the deviation that was open there, if one was. */
  astraySince: number | null;
  leaning: Leaning | undefined;
}

/** A deviation that is open. */
interface Astray {
  key: string;
  since: number;
}

const NOTHING: readonly string[] = [];

/** Kinds that leave the level of the curve as it is. */
const LEVEL_KEPT: readonly string[] = ['non-finite', 'noisier', 'slow'];

/** Numbers that its head holds as JSON; the arrays are those of the run as seen. */
export interface ForecasterHead {
  names: string[];
  attempt: number;
  /** Position at which each metric's next forecast is due. */
  dueAt: Record<string, number>;
  /** Numbers of the way travelled; older snapshots have 8 and do not say so. */
  travel?: number;
  /** Open deviations by metric; not there in older snapshots. */
  astray?: Record<string, Astray>;
}

/**
 * The forecaster of one run. Where a forecast is due depends on the records alone. It is fitted when it is drained: of the
 * places that one batch passes only the newest is of use to anyone.
 */
export class RunForecaster {
  private attempt = 1;
  private metadata: RunMetadata = {};
  private names: readonly string[] = LOSSES;
  private followed: ReadonlySet<string> = new Set(LOSSES);
  private plan: ReturnType<typeof ratesOf> = null;
  private readonly dueAt = new Map<string, number>();
  private readonly due = new Map<string, Due>();
  private readonly astray = new Map<string, Astray>();
  private leanings: Leanings = {};

  constructor(private seen = new SeenRun()) {}

  /** Metadata as known from the next record on: what it says of the schedule makes new forecasts due. */
  configure(metadata: RunMetadata): void {
    this.metadata = metadata;
    this.names = metadata.watch && metadata.watch.length > 0 ? metadata.watch : LOSSES;
    this.followed = new Set(this.names);
    this.plan = ratesOf(metadata.schedule ?? null, plannedEnd(metadata));
    this.dueAt.clear();
  }

  /** What finished runs and laws say, from the next record on. */
  lean(leanings: Leanings): void {
    this.leanings = leanings;
    this.dueAt.clear();
  }

  beginAttempt(attempt: number): void {
    this.attempt = attempt;
    this.dueAt.clear();
    this.astray.clear();
  }

  /** The detector begins anew: what was open is over. */
  renew(): void {
    this.astray.clear();
    this.dueAt.clear();
  }

  take(step: number, metrics: Readonly<Record<string, number>>): void {
    const logged = rateOf(metrics);
    // A column of zeros says nothing; once a rate above 0 was logged, 0 is one.
    const usable = logged > 0 || (logged === 0 && this.seen.rateKnown);
    const names = this.followedIn(metrics);
    const batch = plannedBatch(this.metadata.batch_schedule, step);
    const known = this.seen.rateKnown;
    this.seen.take(step, usable ? logged : (this.plan?.(step) ?? NaN), metrics, names, batch);
    // Positions are in another unit from the first rate on.
    if (!known && this.seen.rateKnown) this.dueAt.clear();
    for (const metric of names) {
      if (this.seen.travelled < (this.dueAt.get(metric) ?? 0)) continue;
      this.dueAt.set(metric, this.seen.travelled * (1 + GROWTH));
      this.due.set(metric, {
        attempt: this.attempt,
        step: this.seen.step,
        metadata: this.metadata,
        seen: this.seen.only(metric),
        astraySince: this.astray.get(metric)?.since ?? null,
        leaning: this.leanings[metric],
      });
    }
  }

  /** The followed metrics that a record has, in the order of `names`. Most of what a record has is not followed. */
  private followedIn(metrics: Readonly<Record<string, number>>): readonly string[] {
    let first: string | null = null;
    let several: string[] | null = null;
    for (const name in metrics) {
      if (!this.followed.has(name)) continue;
      if (first === null) first = name;
      else (several ??= [first]).push(name);
    }
    if (several) return several.sort((a, b) => this.names.indexOf(a) - this.names.indexOf(b));
    return first === null ? NOTHING : [first];
  }

  /** While a deviation is open the forecast is of the curve before it: what the run returns to, not where the fault leads. */
  note({ type, key, metric, kind, startedAtStep }: MonitorEvent): void {
    const open = this.astray.get(metric);
    if (type === 'resolved' || LEVEL_KEPT.includes(kind)) {
      if (open?.key !== key) return;
      this.astray.delete(metric);
      this.dueAt.delete(metric);
    } else if (open === undefined || open.key === key) {
      this.astray.set(metric, { key, since: startedAtStep });
      if (open === undefined) this.dueAt.delete(metric);
    }
  }

  /** The newest forecast of each metric that came due since the last call. */
  drain(): MadeForecast[] {
    const made: MadeForecast[] = [];
    for (const [metric, due] of this.due) {
      const forecast = fit(metric, due);
      if (forecast) made.push({ metric, attempt: due.attempt, step: due.step, forecast });
    }
    this.due.clear();
    return made;
  }

  /** What others can lean on now that the run has ended, by metric; nothing of a metric that said too little. */
  finished(run: string): { metric: string; finished: FinishedRun }[] {
    return this.seen.names.flatMap((metric) => {
      const curve = this.seen.curve(metric, this.seen.step, null);
      const finished = curve && finishedRun(run, curve);
      return finished ? [{ metric, finished }] : [];
    });
  }

  head(): ForecasterHead {
    return {
      names: this.seen.names,
      travel: TRAVEL_SIZE,
      attempt: this.attempt,
      dueAt: Object.fromEntries(this.dueAt),
      astray: Object.fromEntries(this.astray),
    };
  }

  get arrays(): Float64Array[] {
    return this.seen.arrays;
  }

  /** Lengths of the arrays that belong to a head. */
  static sizes(head: ForecasterHead): number[] {
    return [head.travel ?? 8, ...head.names.map(() => BINS_SIZE)];
  }

  /** As it was; `metadata` and `leanings` are what was in effect. */
  static restore(
    head: ForecasterHead,
    arrays: readonly Float64Array[],
    metadata: RunMetadata,
    leanings: Leanings = {},
  ): RunForecaster {
    const forecaster = new RunForecaster(new SeenRun({ names: head.names, arrays }));
    forecaster.leanings = leanings;
    forecaster.configure(metadata);
    forecaster.attempt = head.attempt;
    for (const [metric, at] of Object.entries(head.dueAt)) forecaster.dueAt.set(metric, at);
    for (const [metric, open] of Object.entries(head.astray ?? {})) forecaster.astray.set(metric, open);
    return forecaster;
  }
}

function fit(metric: string, { step, metadata, seen, astraySince, leaning }: Due): MadeForecast['forecast'] | null {
  const planned = plannedEnd(metadata);
  // Without an end the curve goes twice as far, so that there is something to be held against, and no loss is called final.
  const until = planned ?? 2 * Math.max(step, 1);
  const rates = ratesOf(metadata.schedule ?? null, planned);
  const curve = seen.curve(metric, step, rates, planned, metadata.batch_schedule ?? null);
  if (curve === null) return null;
  if (planned !== null && step >= planned)
    return { until, ...abstained(`the run is past its planned end at step ${planned}`) };
  const settings = { level: LEVEL, knots: KNOTS, leaning };
  const forecast = inOwnSense(metric, forecastCurve(before(curve, astraySince), until, settings));
  const leftOut =
    astraySince === null ? [] : [`not what was logged from step ${astraySince}, where a deviation is open`];
  const leansOn = [...forecast.leansOn, ...leftOut];
  if (planned !== null) return { until, ...forecast, leansOn };
  return { until, ...forecast, final: null, leansOn: [...leansOn, 'no planned end: twice the present step'] };
}

/** What was seen up to the onset of a deviation, without the bin that reaches across it. */
function before(curve: SeenCurve, onset: number | null): SeenCurve {
  if (onset === null) return curve;
  const bins = curve.bins.filter((_, i) => (curve.bins[i + 1]?.step ?? Infinity) < onset);
  return { ...curve, bins, points: bins.reduce((sum, { count }) => sum + count, 0) };
}
