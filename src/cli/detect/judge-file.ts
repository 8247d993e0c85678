// One run file through the watch, row by row: the code that judges live, with nothing behind it but a temporary file.
import { AlertPolicy } from '../../alerting/notify.js';
import type { DeviationChange } from '../../alerting/deviation.js';
import type { MonitorSettings, Standing } from '../../core/detection/monitor-types.js';
import type { ReferenceRun } from '../../core/detection/reference-run.js';
import { type RunFileEntry, readRunFile, runNameOf } from '../../inbound/files/run-file.js';
import type { ContextEntry } from '../../runs/context-entry.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { Schedule } from '../../runs/schedule.js';
import type { IncomingItem } from '../../watch/incoming-batch.js';
import { mergedKnown } from '../../watch/open-tail.js';
import type { ReferenceFinder } from '../../watch/reference-finder.js';
import { RunWatcher } from '../../watch/run-watcher.js';
import type { RunChange } from '../../watch/watch-store.js';
import { seekReferences } from '../../watch/seek-references.js';
import { SpilledPoints } from './spilled-points.js';
import { type StepJump, StepJumps } from './step-jumps.js';

export interface FileSummary {
  run: string;
  records: number;
  judgedMetrics: number;
  rejected: number;
  firstProblem: string | null;
  metadata: RunMetadata;
  /** Why no metric was judged against a forecast; null where one was. */
  unjudged: string | null;
  /** First step at which the logged learning rate was found to differ from the planned one; 0 where it never did. */
  contradictedSince: number;
  /** Learning rates were logged, and all were 0. */
  zeroRates: boolean;
  /** Records that came too far behind the newest step to be judged, and those that gave a known step other values. */
  late: number;
  conflicts: number;
  /** Columns left out since their values are no numbers. */
  wordColumns: string[];
  /** The first place at which the steps went on far beyond all before. */
  jump: StepJump | null;
}

export interface JudgeFileOptions {
  settings: MonitorSettings;
  /** Planned learning rate in place of the run's own. */
  schedule: Schedule | null;
  /** What a judgement before leaned on; null lets the log speak for itself. */
  context: readonly ContextEntry[] | null;
  /** Finished runs that may have read the same batches. */
  references?: readonly ReferenceRun[];
  /** Finds more of them by the run's own losses; absent: none. */
  finder?: ReferenceFinder;
  /** Told of all that the judgement would store, in order. */
  changed?: (change: RunChange) => void;
  /** Told after each record how each metric stands against the forecast made for it. */
  stood?: (step: number, standings: Readonly<Record<string, Standing>>, metadata: RunMetadata) => void;
}

/** Nobody is told of anything offline. */
const NOBODY = new AlertPolicy([], { publicUrl: '' });
/** Entries between two looks at what may be closed. */
const COLLECT_EACH = 2_048;
/** Where someone wants to see each forecast on the way. */
const COLLECT_OFTEN = 64;

/** Judges one file; `found` is called for each event in order. Memory does not grow with the file. */
export async function judgeFile(
  file: string,
  options: JudgeFileOptions,
  found: (change: DeviationChange) => void,
): Promise<FileSummary> {
  const summary: FileSummary = {
    ...{ run: runNameOf(file), records: 0, judgedMetrics: 0, rejected: 0, firstProblem: null, metadata: {} },
    ...{ unjudged: null, contradictedSince: 0, zeroRates: false, late: 0, conflicts: 0, wordColumns: [], jump: null },
  };
  const judging = new FileJudging(options, found);
  try {
    for await (const entries of readRunFile(file))
      for (const entry of entries)
        if (entry.kind === 'rejected') {
          const { field, reason } = entry.rejection;
          summary.firstProblem ??= `line ${entry.line}: ${field ? `${field}: ` : ''}${reason}`;
          summary.rejected++;
        } else {
          if (entry.kind === 'record') summary.records++;
          if (options.finder) await judging.seek(options.finder);
          summary.run = judging.take(entry);
        }
    summary.judgedMetrics = judging.finish();
    summary.metadata = judging.metadata;
    Object.assign(summary, judging.doubts);
    return summary;
  } finally {
    judging.close();
  }
}

class FileJudging {
  private readonly spilled = new SpilledPoints();
  private watcher: RunWatcher | null = null;
  private readonly jumps = new StepJumps();
  private taken = 0;

  constructor(
    private readonly options: JudgeFileOptions,
    private readonly found: (change: DeviationChange) => void,
  ) {}

  get metadata(): RunMetadata {
    return this.watcher?.header.metadata ?? {};
  }

  /** Looks for runs to compare with, where it is time to. */
  async seek(finder: ReferenceFinder): Promise<void> {
    const seeking = this.watcher?.seeking();
    if (!seeking) return;
    this.watcher!.refer(await seekReferences(finder, this.watcher!.header, seeking.recent, seeking.known));
  }

  /** Takes one entry and gives the run's name. */
  take(entry: Exclude<RunFileEntry, { kind: 'rejected' }>): string {
    const watcher = (this.watcher ??= this.begin(entry));
    const item = this.itemOf(entry);
    if (item.kind === 'record') this.jumps.take(item.record.step);
    const asked = watcher.lookupFor(item);
    const known = asked
      ? mergedKnown(this.spilled.find(asked.attempt, asked.step), watcher.openRowsOf(asked.attempt, asked.step))
      : null;
    watcher.take(item, known, item.received);
    if (item.kind === 'record')
      this.options.stood?.(item.record.step, watcher.judge.standings(), watcher.header.metadata);
    if (watcher.deviations.hasNews || ++this.taken % (this.options.changed ? COLLECT_OFTEN : COLLECT_EACH) === 0)
      this.collect();
    return watcher.header.id;
  }

  /** What the judgement stands on less firmly than it seems. */
  get doubts(): Partial<FileSummary> {
    if (!this.watcher) return {};
    const { judge, header } = this.watcher;
    const { contradictedSince, zeroRates } = judge.evidence;
    const { late, conflicts, ignoredKeys } = header.counters;
    const wordColumns = Object.keys(ignoredKeys);
    return {
      unjudged: this.unjudged,
      contradictedSince,
      zeroRates,
      late,
      conflicts,
      wordColumns,
      jump: this.jumps.first,
    };
  }

  private get unjudged(): string | null {
    const standings = Object.values(this.watcher!.judge.standings());
    if (standings.some(({ state }) => state !== 'warming-up')) return null;
    return standings[0]?.reason ?? null;
  }

  /** The file is over: gives the number of metrics that were judged. */
  finish(): number {
    if (!this.watcher) return 0;
    this.watcher.finish(this.watcher.header.lastTime ?? 0);
    this.collect();
    return this.watcher.judge.monitor.metrics.length;
  }

  close(): void {
    this.spilled.close();
  }

  private begin(entry: Exclude<RunFileEntry, { kind: 'rejected' }>): RunWatcher {
    const run = entry.kind === 'record' ? entry.record.run : entry.announcement.run;
    const { settings, schedule, context, references = [] } = this.options;
    const watcher = context
      ? RunWatcher.pinned(run, context, () => settings, NOBODY)
      : RunWatcher.fresh(run, () => settings, NOBODY);
    if (references.length > 0) watcher.judge.monitor.refer(references);
    if (schedule && !context) watcher.header.metadata = { schedule };
    return watcher;
  }

  private itemOf(entry: Exclude<RunFileEntry, { kind: 'rejected' }>): IncomingItem {
    const { ignored } = entry;
    if (entry.kind === 'record')
      return { kind: 'record', record: entry.record, received: entry.record.time ?? 0, ignored };
    const { schedule } = this.options;
    const { announcement } = entry;
    const metadata = schedule ? { ...announcement.metadata, schedule } : announcement.metadata;
    return {
      kind: 'announcement',
      announcement: { ...announcement, metadata },
      received: announcement.time ?? 0,
      ignored,
    };
  }

  private collect(): void {
    const collection = this.watcher!.collect();
    if (!collection) return;
    this.options.changed?.(collection.change);
    this.spilled.add(collection.change.segments);
    collection.change.deviations.forEach(this.found);
  }
}
