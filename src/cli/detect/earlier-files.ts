// With `--together`: the files judged before are the finished runs that a later one may be compared with.
import { mayShareRates } from '../../runs/plan-of.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { StepLosses } from '../../watch/packed-reference.js';
import { ReferenceFinder, type Seeker, type StepRange } from '../../watch/reference-finder.js';
import { readLosses } from './read-reference.js';

interface EarlierFile {
  file: string;
  metadata: RunMetadata;
}

/** Files by run. Losses are read anew from the file asked for: nothing but the last is held. */
export class EarlierFiles extends ReferenceFinder {
  private readonly files = new Map<string, EarlierFile>();
  private read: { file: string; losses: Map<string, StepLosses> } | null = null;

  /** Takes in a file that was judged and kept to its curve. */
  add(run: string, file: string, metadata: RunMetadata): void {
    if (file !== '-') this.files.set(run, { file, metadata });
  }

  /** Files of one call are taken for one sweep: all but those that declare another data order or schedule, newest first. */
  override async candidates({ id, metadata }: Seeker, most: number): Promise<string[]> {
    const order = metadata.data_order;
    const fit = [...this.files].filter(([run, other]) => {
      const theirs = other.metadata.data_order;
      const mayShareBatches = order === undefined || theirs === undefined || order === theirs;
      return run !== id && mayShareBatches && mayShareRates(metadata, other.metadata);
    });
    const declared = (run: string): boolean =>
      order !== undefined && this.files.get(run)!.metadata.data_order === order;
    const nearest = fit.map(([run]) => run).reverse();
    return [...nearest.filter(declared), ...nearest.filter((run) => !declared(run))].slice(0, most);
  }

  override async losses(run: string, metric: string, { from, to }: StepRange): Promise<StepLosses> {
    const { file } = this.files.get(run)!;
    if (this.read?.file !== file) this.read = { file, losses: await readLosses(file) };
    const all = this.read.losses.get(metric) ?? { steps: [], losses: [] };
    const inside = (_: unknown, i: number): boolean => all.steps[i]! >= from && all.steps[i]! <= to;
    return { steps: all.steps.filter(inside), losses: all.losses.filter(inside) };
  }
}
