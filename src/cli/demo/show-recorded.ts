// Plays the bundled runs of the sweep: some healthy, some with a real fault, all at once.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReplayTarget } from '../replay/replay-target.js';
import { countLines } from '../replay/count-lines.js';
import { HttpTarget } from '../replay/http-target.js';
import { KafkaTarget } from '../replay/kafka-target.js';
import type { Played } from '../replay/player.js';
import { replayRuns } from '../replay/replay-runs.js';
import { UserError } from '../user-error.js';
import type { Show } from './show.js';

const RUNS = fileURLToPath(new URL('../../../examples/sweep/runs/', import.meta.url));
/** Runs of one size that read the same batches; the page and the lines tell which of them went wrong. */
const PLAYED = ['35k-2m', '35k-2m-s1', '35k-2m-t01', '35k-2m-t04', '35k-2m-t05', '35k-2m-t09', '35k-2m-t11'];

export async function showRecorded(speed: number, show: Show): Promise<void> {
  const { stage, progress, signal } = show;
  const files = PLAYED.map((run) => `${RUNS}${run}.jsonl.gz`);
  if (!existsSync(files[0]!))
    throw new UserError(`the recorded runs are missing in ${RUNS}`, 'install the package again');
  let total = 0;
  for (const file of files) total += await countLines(file);
  const suffix = await freeSuffix(stage.url);
  const refuse = (reason: string): void => progress.say(`left out: ${reason}`);
  const target = stage.kafka ? await KafkaTarget.open(stage.settings.kafka!) : new HttpTarget(stage.url, null, refuse);
  const rhythm = { speed, times: 'now', secondsPerPoint: 1 } as const;
  try {
    const { records } = await replayRuns(
      files,
      new RenamingTarget(target, suffix),
      rhythm,
      {
        progress: (sent) => progress.show(sent, total, `${counted(sent)} steps of ${files.length} runs`),
        rejected: (path, line, reason) => refuse(`${path}, line ${line}: ${reason}`),
      },
      signal,
    );
    progress.end(records, signal.aborted ? total : records, `${counted(records)} steps of ${files.length} runs`);
  } finally {
    await target.close();
  }
}

/** Earlier shows stay: the next one's runs get the next number behind their names. */
async function freeSuffix(url: string): Promise<string> {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `.${number}`;
    const { status } = await fetch(`${url}/v1/runs/${encodeURIComponent(`${PLAYED[0]}${suffix}`)}`);
    if (status === 404) return suffix;
  }
}

class RenamingTarget implements ReplayTarget {
  constructor(
    private readonly target: ReplayTarget,
    private readonly suffix: string,
  ) {}

  send(played: readonly Played[]): Promise<void> {
    return this.target.send(this.suffix === '' ? played : played.map((item) => renamed(item, this.suffix)));
  }

  close(): Promise<void> {
    return this.target.close();
  }
}

function renamed(item: Played, suffix: string): Played {
  if (item.kind === 'record') return { ...item, record: { ...item.record, run: item.record.run + suffix } };
  const { announcement } = item;
  const metadata = announcement.metadata.name
    ? { ...announcement.metadata, name: announcement.metadata.name + suffix }
    : announcement.metadata;
  return { ...item, announcement: { ...announcement, run: announcement.run + suffix, metadata } };
}

const counted = (count: number): string => count.toLocaleString('en-US');
