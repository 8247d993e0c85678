// Reads a folder of finished runs for a forecast to lean on.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FinishedRun, finishedRun } from '../../forecast/finished-run.js';
import { LOSSES, rateOf } from '../../forecast/metric-names.js';
import { plannedEnd, ratesOf } from '../../forecast/rate-plan.js';
import { SeenRun } from '../../forecast/seen-run.js';
import { readRunFile, runNameOf } from '../../inbound/files/run-file.js';
import { plannedBatch } from '../../runs/batch-schedule.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import { UserError } from '../user-error.js';

/** A finished run by the name of its file. */
export type Sibling = FinishedRun & { run: string };

/** All run files of `folder`, links followed, other files ignored; runs that say too little are left out. @throws UserError where it is no folder. */
export async function readSiblings(folder: string, metric: string | undefined): Promise<Sibling[]> {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new UserError(
      `--siblings ${folder} cannot be read: ${(error as Error).message}`,
      'name a folder of run files',
    );
  }
  const siblings: Sibling[] = [];
  for (const name of names) {
    const file = join(folder, name);
    if (!/\.(jsonl|csv)(\.gz|\.zst)?$/.test(name) || !statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const finished = await readFinished(file, metric === undefined ? LOSSES : [metric]);
    if (finished) siblings.push({ ...finished, run: runNameOf(file) });
  }
  return siblings;
}

async function readFinished(file: string, names: readonly string[]): Promise<FinishedRun | null> {
  const seen = new SeenRun();
  let metadata: RunMetadata = {};
  for await (const entries of readRunFile(file))
    for (const entry of entries)
      if (entry.kind === 'announcement') metadata = { ...metadata, ...entry.announcement.metadata };
      else if (entry.kind === 'record') {
        const { step, metrics } = entry.record;
        const logged = rateOf(metrics);
        const usable = logged > 0 || (logged === 0 && seen.rateKnown);
        const planned = ratesOf(metadata.schedule ?? null, plannedEnd(metadata))?.(step) ?? NaN;
        seen.take(step, usable ? logged : planned, metrics, names, plannedBatch(metadata.batch_schedule, step));
      }
  const metric = names.find((name) => seen.names.includes(name));
  const curve = metric === undefined ? null : seen.curve(metric, seen.step, null);
  return curve && finishedRun(runNameOf(file), curve);
}
