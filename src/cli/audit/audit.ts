// Replays one's own runs through the detector and counts what it would have said and how often its bands held.
import { type AlarmRate, alarmRate } from '../../alerting/audit/alarm-rate.js';
import { coverageJson, stagesJson } from '../../alerting/audit/audit-json.js';
import { BAND_LEVEL, countValue, sumCoverage } from '../../alerting/audit/coverage.js';
import { FamilyCoverage, stageAt } from '../../alerting/audit/stage-coverage.js';
import { perMillionOf, settingsFor } from '../../core/detection/budget.js';
import type { MonitorSettings } from '../../core/detection/monitor-types.js';
import { plannedEnd } from '../../forecast/rate-plan.js';
import { checkRunFiles, countAsBadInput } from '../check-run-files.js';
import { complaintsOf } from '../detect/complaints.js';
import { judgeFile } from '../detect/judge-file.js';
import { surveyRun } from '../forecast/survey.js';
import { UserError } from '../user-error.js';
import { coverageText, rateText } from './audit-text.js';

export interface AuditOptions {
  falseAlarms: string;
  secondsPerPoint: number;
  database?: boolean;
  days: number;
  json?: boolean;
}

interface AuditedRun {
  run: string;
  family: string | null;
  records: number;
  alarms: number;
}

const SECONDS_A_DAY = 86_400;

export async function audit(files: string[], options: AuditOptions): Promise<void> {
  const budget = budgetOf(options);
  const perRunDay = budget.falseAlarms / budget.runDays;
  if (options.database) {
    if (files.length > 0) throw new UserError('--database audits what the service stored', 'leave out the run files');
    const { auditDatabase } = await import('./audit-database.js');
    return auditDatabase(perRunDay, options);
  }
  if (files.length === 0) throw new UserError('nothing to audit', 'name run files, or give --database');
  checkRunFiles(files);
  const settings = settingsFor(perMillionOf(budget, 1));
  const coverage = new FamilyCoverage();
  const kinds: Record<string, number> = {};
  const runs: AuditedRun[] = [];
  for (const file of files) runs.push(await auditFile(file, settings, coverage, kinds));
  const rateOf = (some: readonly AuditedRun[]): AlarmRate =>
    alarmRate(sum(some, 'alarms'), (sum(some, 'records') * options.secondsPerPoint) / SECONDS_A_DAY, perRunDay);
  const families = [...new Set(runs.map(({ family }) => family))].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
  const byFamily = families.map((family) => ({
    family,
    rate: rateOf(runs.filter((run) => run.family === family)),
    covered: coverage.byFamily.find((one) => one.family === family)?.coverage ?? null,
  }));
  if (options.json) {
    const document = {
      ...{ ...snake(rateOf(runs)), budget_per_run_day: perRunDay, kinds, runs },
      coverage: { level: BAND_LEVEL, ...coverageJson(sumCoverage(coverage.byFamily.map((one) => one.coverage.all))) },
      families: byFamily.map(({ family, rate, covered }) => ({
        ...{ family, ...snake(rate) },
        coverage: covered && stagesJson(covered),
      })),
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const lines = runs
    .filter((one) => one.alarms > 0)
    .map((one) => `${one.run}: ${one.alarms} in ${one.records} records`);
  lines.push(rateText(rateOf(runs), perRunDay, `${files.length} ${files.length === 1 ? 'run' : 'runs'}`));
  for (const { family, rate, covered } of byFamily) {
    if (families.length > 1) lines.push(rateText(rate, perRunDay, family ?? 'no family'));
    if (covered) lines.push(coverageText(family ?? 'no family', covered));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Values of healthy stretches count for the band's coverage: what is off its curve is meant to lie outside. */
async function auditFile(
  file: string,
  settings: MonitorSettings,
  coverage: FamilyCoverage,
  kinds: Record<string, number>,
): Promise<AuditedRun> {
  // Standard input is put aside, since the end of the run must be known before its stages are.
  const survey = await surveyRun(file);
  try {
    const last = new Map<string, string>();
    const off = new Map<string, string>();
    const summary = await judgeFile(
      survey.file,
      {
        ...{ settings, schedule: null, context: null },
        stood: (step, standings, metadata) => {
          const counts = coverage
            .of(metadata.family ?? null)
            .at(stageAt(step, plannedEnd(metadata) ?? survey.lastStep));
          for (const [metric, { step: at, observed, lower, upper }] of Object.entries(standings)) {
            if (at !== step || lower === null || upper === null || !Number.isFinite(observed)) continue;
            if (![...off.values()].includes(metric)) countValue(counts, observed, { lower, upper });
          }
        },
      },
      ({ type, deviation: { id, kind, metric } }) => {
        last.set(id, kind);
        if (type === 'resolved') off.delete(id);
        else off.set(id, metric);
      },
    );
    for (const complaint of complaintsOf(file, summary)) process.stderr.write(`${complaint}\n`);
    countAsBadInput(summary);
    const { run, records, metadata } = summary;
    for (const kind of last.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    return { run: file === '-' ? 'stdin' : run, family: metadata.family ?? null, records, alarms: last.size };
  } finally {
    survey.close();
  }
}

function budgetOf({ falseAlarms, secondsPerPoint }: AuditOptions) {
  const match = /^\s*(\d+(?:\.\d+)?)\s+per\s+(\d+(?:\.\d+)?)?\s*run-days?\s*$/.exec(falseAlarms);
  if (!match || !(Number(match[1]) > 0) || !(Number(match[2] ?? 1) > 0))
    throw new UserError(`--false-alarms "${falseAlarms}" is not understood`, 'write it as "1 per 30 run-days"');
  return { falseAlarms: Number(match[1]), runDays: Number(match[2] ?? 1), secondsPerPoint };
}

const sum = (runs: readonly AuditedRun[], part: 'alarms' | 'records'): number =>
  runs.reduce((total, run) => total + run[part], 0);

const snake = ({ alarms, runDays, perRunDay, lower, upper, verdict }: AlarmRate) => ({
  alarms,
  run_days: runDays,
  per_run_day: perRunDay,
  lower,
  upper,
  verdict,
});
