// Judges files one after the other and prints what was found.
import { resolve } from 'node:path';
import { perMillionOf, settingsFor } from '../../core/detection/budget.js';
import type { MonitorSettings } from '../../core/detection/monitor-types.js';
import type { ReferenceRun } from '../../core/detection/reference-run.js';
import { checkRunFiles, countAsBadInput } from '../check-run-files.js';
import { readSchedule } from '../read-schedule.js';
import type { RunChange } from '../../watch/watch-store.js';
import { UserError } from '../user-error.js';
import { checkPictureName } from '../write-picture.js';
import { EarlierFiles } from './earlier-files.js';
import { judgeFile } from './judge-file.js';
import { complaintsOf } from './complaints.js';
import { eventJson, eventText } from './event-line.js';
import { readContext } from './read-context.js';
import { readReference } from './read-reference.js';

export interface DetectOptions {
  falseAlarms: string;
  secondsPerPoint: number;
  falseAlarmsPerMillion?: number;
  schedule?: string;
  context?: string;
  reference: string[];
  together?: boolean;
  plot?: string;
  json?: boolean;
}

export async function detect(files: string[], options: DetectOptions): Promise<void> {
  checkRunFiles([...files, ...options.reference]);
  if (options.plot !== undefined) checkPlot(options.plot, files);
  const settings = settingsOf(options);
  const schedule = options.schedule === undefined ? null : readSchedule(options.schedule);
  const context = options.context === undefined ? null : readContext(options.context);
  const references: { path: string; run: ReferenceRun }[] = [];
  for (const path of options.reference) {
    const run = await readReference(path);
    references.push({ path: resolve(path), run });
    if (run.curves.size === 0)
      process.stderr.write(`offcurve: ${path}: too few losses to compare with; it is left out\n`);
  }
  const earlier = options.together ? new EarlierFiles() : undefined;
  for (const file of files) {
    // A run compared with itself would never differ.
    const others = references.filter(({ path }) => path !== resolve(file)).map(({ run }) => run);
    let found = 0;
    const picture = options.plot === undefined ? null : new (await import('./detect-plot.js')).JudgedPicture();
    const changed = picture === null ? undefined : (change: RunChange): void => picture.take(change);
    const summary = await judgeFile(
      file,
      { settings, schedule, context, references: others, finder: earlier, changed },
      (change) => {
        found++;
        write(options.json ? eventJson(change) : eventText(change));
      },
    );
    await picture?.draw(options.plot!, file);
    // Even a spike may leave a trace that its twin would be blamed for.
    if (found === 0) earlier?.add(summary.run, file, summary.metadata);
    for (const complaint of complaintsOf(file, summary)) process.stderr.write(`${complaint}\n`);
    countAsBadInput(summary);
    if (!options.json && found === 0 && summary.judgedMetrics > 0 && summary.unjudged === null)
      write(`${summary.run}: on its predicted curve throughout (${summary.records} records)`);
  }
}

function checkPlot(picture: string, files: readonly string[]): void {
  checkPictureName('--plot', picture);
  if (files.length > 1) throw new UserError('--plot draws one run at a time', 'give one run file');
  if (files[0] === '-')
    throw new UserError('--plot reads its run twice, which standard input cannot be', 'give the run as a file');
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

function settingsOf(options: DetectOptions): MonitorSettings {
  if (options.falseAlarmsPerMillion !== undefined) return settingsFor(options.falseAlarmsPerMillion);
  const match = /^\s*(\d+(?:\.\d+)?)\s+per\s+(\d+(?:\.\d+)?)?\s*run-days?\s*$/.exec(options.falseAlarms);
  if (!match || !(Number(match[1]) > 0) || !(Number(match[2] ?? 1) > 0))
    throw new UserError(`--false-alarms "${options.falseAlarms}" is not understood`, 'write it as "1 per 30 run-days"');
  const budget = {
    falseAlarms: Number(match[1]),
    runDays: Number(match[2] ?? 1),
    secondsPerPoint: options.secondsPerPoint,
  };
  return settingsFor(perMillionOf(budget, 1));
}
