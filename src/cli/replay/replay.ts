// Plays the runs into the target that the options name, and shows how far it has come.
import { existsSync } from 'node:fs';
import { readKafkaSettings } from '../../settings/kafka-settings.js';
import { SettingsError } from '../../settings/settings-error.js';
import { Progress } from '../progress.js';
import { serviceUrl } from '../service-url.js';
import { UserError } from '../user-error.js';
import { countLines } from './count-lines.js';
import { HttpTarget } from './http-target.js';
import { KafkaTarget } from './kafka-target.js';
import { replayRuns } from './replay-runs.js';
import type { ReplayTarget } from './replay-target.js';

export interface ReplayOptions {
  to?: 'kafka' | 'http';
  speed: number;
  times: 'keep' | 'now';
  secondsPerPoint: number;
  url?: string;
  token?: string;
}

/** Lines that cannot be used are counted; so many are shown. */
const MOST_SHOWN = 3;
const INTERRUPTED = 130;

export async function replay(runs: string[], options: ReplayOptions): Promise<void> {
  for (const run of runs)
    if (run !== '-' && !existsSync(run))
      throw new UserError(`there is no file ${run}`, 'name recorded runs (.jsonl, .csv, also .gz and .zst)');
  const progress = new Progress('replay');
  let leftOut = 0;
  const complain = (reason: string): void => {
    if (++leftOut <= MOST_SHOWN) progress.say(`offcurve: left out: ${reason}`);
  };
  const target = await targetOf(options, complain);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    let total = 0;
    for (const run of runs) total += await countLines(run);
    const { records, left } = await replayRuns(
      runs,
      target,
      options,
      {
        progress: (sent, filesDone) =>
          progress.show(sent, total, `${sent} records, ${filesDone} of ${runs.length} runs played`),
        rejected: (path, line, reason) => complain(`${path}, line ${line}: ${reason}`),
      },
      stop.signal,
    );
    // Announcements are lines too: at the end the records are all there is.
    progress.end(records, stop.signal.aborted ? total : records, `${records} records sent`);
    if (leftOut > 0) process.stderr.write(`offcurve: ${leftOut} records were left out\n`);
    if (left > 0)
      process.stderr.write(
        `offcurve: ${left} records were due and not taken\n  fix: replay again; what was taken is dropped as repeats\n`,
      );
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
    await target.close();
  }
  // What is still tried in the background is given up, too.
  if (stop.signal.aborted) process.exit(INTERRUPTED);
}

async function targetOf(options: ReplayOptions, rejected: (reason: string) => void): Promise<ReplayTarget> {
  const wanted = options.to ?? (process.env.KAFKA_BROKERS && options.url === undefined ? 'kafka' : 'http');
  if (wanted === 'http')
    return new HttpTarget(serviceUrl(options.url), options.token ?? process.env.OFFCURVE_TOKEN ?? null, rejected);
  try {
    const settings = readKafkaSettings(process.env);
    if (!settings) throw new UserError('--to kafka needs to know where Kafka is', 'set KAFKA_BROKERS=host:port');
    return await KafkaTarget.open(settings);
  } catch (error) {
    if (error instanceof SettingsError) throw new UserError(error.message);
    throw error;
  }
}
