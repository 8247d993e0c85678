// The audit as JSON: fields in snake_case, as everything that leaves the service.
import type { AlarmRate } from './alarm-rate.js';
import type { AuditReport } from './audit.js';
import type { Coverage } from './coverage.js';
import { STAGES, type StageCoverage } from './stage-coverage.js';

const DAY_MS = 86_400_000;

export function reportJson(report: AuditReport) {
  const { budget, alarms, falseAlarms, kinds, days, level, coverage, families, complete } = report;
  return {
    budget: { per_run_day: budget.perRunDay, fleet_per_day: budget.fleetPerDay },
    alarms: rateJson(alarms),
    false_alarms: rateJson(falseAlarms),
    kinds: Object.entries(kinds).map(([kind, counts]) => ({
      ...{ kind, alarms: counts.alarms, false_alarms: counts.falseAlarms },
    })),
    coverage: {
      ...{ level, complete, ...stagesJson(coverage) },
      families: families.map((one) => ({ family: one.family, ...stagesJson(one.coverage) })),
    },
    days: days.map((one) => ({
      day: new Date(one.day * DAY_MS).toISOString().slice(0, 10),
      ...{ run_days: one.runDays, alarms: one.alarms, false_alarms: one.falseAlarms },
      coverage: coverageJson(one.coverage),
    })),
  };
}

/** A rate over no time at all is no number: null. */
export const rateJson = ({ alarms, runDays, perRunDay, lower, upper, verdict }: AlarmRate) => ({
  ...{ count: alarms, run_days: runDays },
  ...(runDays > 0 ? { per_run_day: perRunDay, lower, upper } : { per_run_day: null, lower: null, upper: null }),
  verdict,
});

export const coverageJson = ({ points, below, above }: Coverage) => ({
  ...{ points, below, above },
  share: points > 0 ? (points - below - above) / points : null,
});

/** In all, by share of training, and of runs that do not say how long they are. */
export const stagesJson = ({ all, stages, unknown }: StageCoverage) => ({
  ...coverageJson(all),
  stages: stages.map((count, i) => ({ until_share: STAGES[i]!, ...coverageJson(count) })),
  stage_unknown: coverageJson(unknown),
});
