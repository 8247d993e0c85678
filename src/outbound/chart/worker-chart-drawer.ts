// Draws pictures in a worker thread, so that no picture delays a record.
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { type ChartData, ChartDrawer, type ChartTheme } from '../../alerting/chart-data.js';
import { IMPORT_ONLY } from '../import-only.js';
import { packageFolder } from '../postgres/package-folder.js';

/** Pictures waiting for the thread; beyond this, drawing fails at once instead of late. */
const MOST_WAITING = 256;
const TIMEOUT_MS = 10_000;
/** The same picture goes to several channels and is looked at by several people. */
const KEPT = 32;

export class WorkerChartDrawer extends ChartDrawer {
  private pool: Piscina | null = null;
  private readonly kept = new Map<string, Promise<Buffer>>();

  /** @param worker the compiled draw.worker. The thread is started for the first picture. */
  constructor(private readonly worker = join(packageFolder(), 'dist/outbound/chart/draw.worker.js')) {
    super();
  }

  override draw(data: ChartData, theme: ChartTheme): Promise<Buffer> {
    const key = `${theme}\n${JSON.stringify(data)}`;
    const known = this.kept.get(key);
    if (known) return known;
    const drawn = this.run(data, theme);
    this.kept.set(key, drawn);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    drawn.catch(() => this.kept.delete(key));
    return drawn;
  }

  async close(): Promise<void> {
    await this.pool?.destroy();
  }

  private async run(data: ChartData, theme: ChartTheme): Promise<Buffer> {
    this.pool ??= new Piscina({
      filename: this.worker,
      minThreads: 1,
      maxThreads: 1,
      maxQueue: MOST_WAITING,
      concurrentTasksPerWorker: 1,
      execArgv: IMPORT_ONLY,
    });
    const png: Uint8Array = await this.pool.run({ data, theme }, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  }
}
