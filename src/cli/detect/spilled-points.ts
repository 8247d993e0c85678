// Closed stretches of a run on disk, so that a log of any length can be judged in constant memory.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { KnownPoint } from '../../runs/point-row.js';
import type { ClosedSegment } from '../../watch/watch-store.js';

interface Stretch {
  attempt: number;
  metric: number;
  from: number;
  to: number;
  offset: number;
  length: number;
}

interface Columns {
  steps: Float64Array;
  values: Float64Array;
}

/** What a store would know of a run's earlier steps. `close` removes the file. */
export class SpilledPoints {
  private readonly folder = mkdtempSync(join(tmpdir(), 'offcurve-'));
  private readonly file = openSync(join(this.folder, 'points'), 'w+');
  private readonly index: Stretch[] = [];
  private end = 0;
  private cached: { stretch: Stretch; columns: Columns } | null = null;

  add(segments: readonly ClosedSegment[]): void {
    for (const { attempt, metric, places, values } of segments) {
      const columns: Columns = { steps: places.steps, values };
      const bytes = serialize(columns);
      writeSync(this.file, bytes, 0, bytes.length, this.end);
      const from = columns.steps.reduce((least, step) => Math.min(least, step), Infinity);
      const to = columns.steps.reduce((most, step) => Math.max(most, step), -Infinity);
      this.index.push({ attempt, metric, from, to, offset: this.end, length: bytes.length });
      this.end += bytes.length;
    }
  }

  /** The first value of each metric at a step, or null where no closed stretch has it. */
  find(attempt: number, step: number): KnownPoint | null {
    let known: KnownPoint | null = null;
    for (const stretch of this.index) {
      if (stretch.attempt !== attempt || step < stretch.from || step > stretch.to) continue;
      const { steps, values } = this.read(stretch);
      const at = steps.indexOf(step);
      if (at < 0) continue;
      known ??= { attempt, step, values: [] };
      while (known.values.length <= stretch.metric) known.values.push(null);
      known.values[stretch.metric] ??= values[at]!;
    }
    return known;
  }

  close(): void {
    closeSync(this.file);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(stretch: Stretch): Columns {
    if (this.cached?.stretch === stretch) return this.cached.columns;
    const bytes = Buffer.alloc(stretch.length);
    readSync(this.file, bytes, 0, stretch.length, stretch.offset);
    const columns = deserialize(bytes) as Columns;
    this.cached = { stretch, columns };
    return columns;
  }
}
