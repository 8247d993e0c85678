// From the false alarms that a user accepts to the thresholds of the tests.
import type { MonitorSettings } from './monitor-types.js';

/** Raised with every change of the rules that changes what is said about the same records. */
export const MONITOR_VERSION = 11;

const SECONDS_A_DAY = 86_400;

/** A budget as users give it: so many false alarms in so many days of one run, over both sides and all its metrics. */
export interface RunBudget {
  falseAlarms: number;
  runDays: number;
  secondsPerPoint: number;
}

/** False alarms accepted on each side per million points of each judged metric; every metric and side has its share. */
export function perMillionOf({ falseAlarms, runDays, secondsPerPoint }: RunBudget, metrics: number): number {
  const points = (runDays * SECONDS_A_DAY) / secondsPerPoint;
  return (1e6 * falseAlarms) / (2 * Math.max(1, metrics) * points);
}

/** Measured on healthy runs of many sources, for ten false alarms on each side per million points: docs/detection.md. */
export const LEVELS = { spike: 5.7, step: 3.75, stepBetter: 4.25, bend: 3.8, bendBetter: 5 };

/**
 * Settings that keep to `perMillion` false alarms on each side per million points. Evidence grows with the logarithm of
 * the odds asked for; the level is the one measured on healthy runs at ten per million.
 */
export function settingsFor(perMillion: number): MonitorSettings {
  const rarer = Math.log(10 / perMillion);
  const at = (level: number): number => Math.sqrt(Math.max(level * level + 2 * rarer, 9));
  return {
    version: MONITOR_VERSION,
    perMillion,
    thresholds: {
      spike: at(LEVELS.spike),
      step: at(LEVELS.step),
      stepBetter: at(LEVELS.stepBetter),
      bend: at(LEVELS.bend),
      bendBetter: at(LEVELS.bendBetter),
    },
  };
}
