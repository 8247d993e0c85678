// A real run of the sweep, as records to send: as if its last record had just been logged.
import { join } from 'node:path';
import { wireAnnouncement, wireRecord } from '../../src/runs/wire-form.js';
import { readRunFile } from '../../src/inbound/files/run-file.js';
import { root } from './built.js';

export interface SweepRun {
  announcement: Record<string, unknown>;
  records: { run: string; step: number; time: number; attempt: number; metrics: Record<string, number> }[];
}

/** @param upTo the last step; @param as the name it goes by */
export async function sweepRun(name: string, { upTo = Infinity, as = name } = {}): Promise<SweepRun> {
  const records: SweepRun['records'] = [];
  let announcement: Record<string, unknown> = {};
  for await (const entries of readRunFile(join(root, 'examples/sweep/runs', `${name}.jsonl.gz`)))
    for (const entry of entries) {
      if (entry.kind === 'announcement' && entry.announcement.status === 'started')
        announcement = { ...wireAnnouncement(entry.announcement), run: as, name: as, time: undefined };
      if (entry.kind === 'record' && entry.record.step <= upTo)
        records.push({ ...(wireRecord(entry.record) as unknown as SweepRun['records'][number]), run: as });
    }
  const shift = Date.now() / 1000 - seconds(records.at(-1)!.time);
  for (const record of records) record.time = seconds(record.time) + shift;
  return { announcement, records };
}

const seconds = (time: number | string): number => (typeof time === 'number' ? time : Date.parse(time) / 1000);
