// What a run's snapshot says in words, beside the numbers of its judges.
import type { MonitorBandKnot, MonitorEvent, MonitorPlan, MonitorSettings } from './monitor-types.js';

export interface MonitorHead {
  version: number;
  settings: MonitorSettings;
  /** What it does not say is left out: a run's state is to stay below 8 KB. */
  plan: Partial<MonitorPlan>;
  metrics: string[];
  /** Those of the metrics that were compared with references; absent where there is none. */
  compared?: string[];
  /** Absent where there is none. */
  knots?: MonitorBandKnot[];
  /** Not handed out yet; absent where there is none. */
  ended?: MonitorEvent[];
}

export const NO_PLAN: MonitorPlan = { schedule: null, plannedSteps: null, batches: null, watch: null };

/** A plan without what it does not say. */
export const saidOf = (plan: MonitorPlan): Partial<MonitorPlan> =>
  Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== null));
