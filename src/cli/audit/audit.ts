// Replays one's own runs through the detector and counts what it would have said, against the budget.
import { existsSync } from 'node:fs';
import { perMillionOf, settingsFor } from '../../core/detection/budget.js';
import { judgeFile } from '../detect/judge-file.js';
import { UserError } from '../user-error.js';
import { alarmRate } from '../../alerting/audit/alarm-rate.js';

export interface AuditOptions {
  falseAlarms: string;
  secondsPerPoint: number;
  json?: boolean;
}

const SECONDS_A_DAY = 86_400;

export async function audit(files: string[], options: AuditOptions): Promise<void> {
  for (const file of files)
    if (file !== '-' && !existsSync(file)) throw new UserError(`there is no file ${file}`, 'check its name');
  const match = /^\s*(\d+(?:\.\d+)?)\s+per\s+(\d+(?:\.\d+)?)?\s*run-days?\s*$/.exec(options.falseAlarms);
  if (!match || !(Number(match[1]) > 0) || !(Number(match[2] ?? 1) > 0))
    throw new UserError(`--false-alarms "${options.falseAlarms}" is not understood`, 'write it as "1 per 30 run-days"');
  const { secondsPerPoint } = options;
  const budget = { falseAlarms: Number(match[1]), runDays: Number(match[2] ?? 1), secondsPerPoint };
  const settings = settingsFor(perMillionOf(budget, 1));
  const allowed = budget.falseAlarms / budget.runDays;
  const kinds: Record<string, number> = {};
  let [alarms, days] = [0, 0];
  const runs: { run: string; records: number; alarms: number }[] = [];
  for (const file of files) {
    const last = new Map<string, string>();
    const { run, records } = await judgeFile(file, { settings, schedule: null, context: null }, ({ deviation }) => {
      last.set(deviation.id, deviation.kind);
    });
    for (const kind of last.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    alarms += last.size;
    days += (records * secondsPerPoint) / SECONDS_A_DAY;
    runs.push({ run, records, alarms: last.size });
  }
  const rate = alarmRate(alarms, days, allowed);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...snake(rate), budget_per_run_day: allowed, kinds, runs })}\n`);
    return;
  }
  for (const { run, records, alarms: own } of runs.filter((one) => one.alarms > 0))
    process.stdout.write(`${run}: ${own} in ${records} records\n`);
  process.stdout.write(
    `${alarms} alarms in ${days.toFixed(1)} run-days of ${files.length} runs: ${rate.perRunDay.toFixed(4)} per run-day ` +
      `(90 %: ${rate.lower.toFixed(4)} to ${rate.upper.toFixed(4)}); the budget is ${allowed.toFixed(4)}: ${WORDS[rate.verdict]}\n`,
  );
}

const WORDS = {
  within: 'kept',
  above: 'exceeded, if nothing was wrong with these runs',
  undecided: 'these runs are too few to say whether it is kept',
};

const snake = ({ alarms, runDays, perRunDay, lower, upper, verdict }: ReturnType<typeof alarmRate>) => ({
  alarms,
  run_days: runDays,
  per_run_day: perRunDay,
  lower,
  upper,
  verdict,
});
