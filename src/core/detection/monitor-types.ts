// What goes into a run's monitor and what comes out of it.

/** The planned learning rate by step: a named shape with its numbers, or `custom` with points joined by straight lines. */
export interface PlannedSchedule {
  kind: 'constant' | 'cosine' | 'linear' | 'wsd' | 'custom';
  peak?: number | null;
  min?: number | null;
  warmupSteps?: number | null;
  decaySteps?: number | null;
  points?: readonly (readonly [step: number, rate: number])[] | null;
}

/** `[step, tokens a step]` in order: each size of the batch holds from its step on, the first also before it. */
export type PlannedBatches = readonly (readonly [step: number, tokens: number])[];

/** What is known of a run beside its records. It takes effect where it is handed in. */
export interface MonitorPlan {
  schedule: PlannedSchedule | null;
  plannedSteps: number | null;
  batches: PlannedBatches | null;
  /** Metrics to judge in place of the training and validation loss. */
  watch: readonly string[] | null;
}

/** Everything a judgement leans on beyond the run: plain JSON, pinned in the run's context. */
export interface MonitorSettings {
  /** Of the detector's rules; a monitor refuses settings of another version. */
  version: number;
  /** False alarms accepted on each side, per million points of a judged metric. */
  perMillion: number;
  /** Evidence in standard deviations from which each test alarms. */
  thresholds: { spike: number; step: number; stepBetter: number; bend: number; bendBetter: number };
}

/** One record, or a later part of one step. Values may be NaN or infinite. */
export interface MonitorPoint {
  step: number;
  values: Readonly<Record<string, number>>;
}

export type MonitorKind =
  | 'pending'
  | 'spike'
  | 'shift'
  | 'drift'
  | 'divergence'
  | 'plateau'
  | 'non-finite'
  | 'noisier'
  | 'better-than-predicted'
  | 'slow';
export type MonitorSide = 'worse' | 'better' | 'both';
export type Outlook = 'recovers' | 'persists' | 'grows';

/** An estimate with its 90 % interval. */
export interface MonitorEstimate {
  value: number;
  lower: number;
  upper: number;
}

/** One change in the life of a deviation. */
export interface MonitorEvent {
  type: 'opened' | 'updated' | 'resolved';
  /** Stable within the run: metric, attempt, opening step. */
  key: string;
  metric: string;
  kind: MonitorKind;
  side: MonitorSide;
  attempt: number;
  /** The step of the record that caused this change. */
  step: number;
  /** Estimated onset. */
  startedAtStep: number;
  openedAtStep: number;
  /** The forecast for this step made before the deviation, with the 90 % band of single points; null where there is none. */
  expected: number | null;
  expectedLower: number | null;
  expectedUpper: number | null;
  /** The value logged at `step`; may be NaN. */
  observed: number | null;
  /** Signed predictive deviations off the forecast. */
  sigma: number | null;
  /** The extra loss as a share of the compute spent so far. */
  computeShare: MonitorEstimate | null;
  evidence: string[];
  advice: string | null;
  outlook: Outlook | null;
}

/** How a metric stands against its forecast at its newest point. */
export interface Standing {
  step: number;
  observed: number;
  expected: number | null;
  lower: number | null;
  upper: number | null;
  sigma: number | null;
  state: 'warming-up' | 'judged' | 'abstaining';
  reason: string | null;
}

/** A knot of the band that was predicted for single points. */
export interface MonitorBandKnot {
  metric: string;
  step: number;
  expected: number;
  lower: number;
  upper: number;
}
