// The detector's settings for a budget of false alarms: one run's share of it, and of the fleet's.
import { perMillionOf, settingsFor } from '../core/detection/budget.js';
import type { SettingsFor } from './run-watcher.js';

/** Until a run's own rate of points is known. */
const USUAL_SECONDS_PER_POINT = 10;

export interface FalseAlarmBudget {
  perRunDay: number;
  /** Null: no bound for all runs together. */
  fleetPerDay: number | null;
}

/** The stricter of both budgets rules. `running` says how many runs share the fleet's now. */
export const budgetedSettings =
  ({ perRunDay, fleetPerDay }: FalseAlarmBudget, running: () => number): SettingsFor =>
  (secondsPerPoint) => {
    const share = fleetPerDay === null ? Infinity : fleetPerDay / Math.max(1, running());
    const falseAlarms = Math.min(perRunDay, share);
    const seconds = secondsPerPoint !== null && secondsPerPoint > 0 ? secondsPerPoint : USUAL_SECONDS_PER_POINT;
    return settingsFor(perMillionOf({ falseAlarms, runDays: 1, secondsPerPoint: seconds }, 1));
  };
