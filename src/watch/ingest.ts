// The sentence of the product: judge a batch, commit all it caused, push the news, wake the outbox.
import type { AlertPolicy } from '../alerting/notify.js';
import type { OutboxMessage } from '../alerting/outbox-message.js';
import type { RunLeanings } from '../forecast/leaning/run-leanings.js';
import type { IncomingBatch, IncomingItem } from './incoming-batch.js';
import type { BatchTrace, IngestMeter } from './ingest-meter.js';
import type { LivePush, RunNews } from './live-push.js';
import { RunTurns } from './run-turns.js';
import { type Collection, RunWatcher, type SettingsFor } from './run-watcher.js';
import type { PointRow } from '../runs/point-row.js';
import type { RunHeader } from '../runs/run-header.js';
import { mergedKnown } from './open-tail.js';
import { inSpan } from './spans.js';
import type { ReferenceFinder } from './reference-finder.js';
import { seekReferences } from './seek-references.js';
import type { BatchSource, RunChange, WatchStore } from './watch-store.js';

/** What became of a batch that came from a partition. */
export type IngestResult =
  | { status: 'committed' }
  /** The stored offset is not where this batch begins: another instance reads the partition, or did. */
  | { status: 'lost-partition'; stored: bigint | null };

/** After so many losses against other writers in a row something is wrong. */
const MOST_RELOADS = 20;

export interface IngestParts {
  store: WatchStore;
  live: LivePush;
  meter: IngestMeter;
  policy: AlertPolicy;
  settingsFor: SettingsFor;
  /** What finished runs and laws say of a run; without it forecasts lean on the corpus alone. */
  leanings?: Pick<RunLeanings, 'of'>;
  /** Finds finished runs to compare with; without it every run is judged by itself. */
  references?: ReferenceFinder;
  /** Called after a commit that wrote messages. */
  nudge: () => void;
  clock: () => number;
}

/**
 * One writer a run in this process: batches with a run in common are taken one at a time, in the order in which they came.
 * Others need not wait: while one is committed the next is judged.
 */
export class Ingest {
  private readonly watchers = new Map<string, RunWatcher>();
  private readonly turns = new RunTurns();

  constructor(private readonly parts: IngestParts) {}

  /** @throws the store's error where the batch could not be committed: nothing of it was, and it can be tried again. */
  async ingest(batch: IncomingBatch): Promise<IngestResult> {
    const attributes = { 'offcurve.batch': batch.id, 'offcurve.items': batch.items.length };
    const runs = runsOf(batch.items);
    return inSpan('batch', attributes, () =>
      this.turns.pass(runs, () =>
        this.judgeAndCommit(batch.source, runs, (now) => this.takeAll(batch.items, now), batch),
      ),
    );
  }

  /** For what the clock causes (silence, ends): `act` changes the named runs, the change is committed like a batch. */
  async touch(runs: readonly string[], act: (watcher: RunWatcher, now: number) => void): Promise<void> {
    await this.turns.pass(runs, () =>
      this.judgeAndCommit(null, runs, async (now) => {
        for (const id of runs) act(this.watchers.get(id)!, now);
      }),
    );
  }

  /** Runs held in memory. */
  get watched(): Iterable<RunWatcher> {
    return this.watchers.values();
  }

  /** How many of them are running. */
  get running(): number {
    let count = 0;
    for (const { header } of this.watchers.values()) if (header.status === 'running') count++;
    return count;
  }

  /** Lets go of runs, once the batch in hand is through: the next record loads them again. */
  forget(runs: readonly string[]): Promise<void> {
    return this.turns.pass(runs, async () => this.drop(runs));
  }

  /** Resolves when all that was asked for so far is through. */
  settled(): Promise<void> {
    return this.turns.settled();
  }

  private drop(runs: readonly string[]): void {
    for (const id of runs) this.watchers.delete(id);
  }

  private async judgeAndCommit(
    source: BatchSource | null,
    runs: readonly string[],
    act: (now: number) => Promise<void>,
    batch?: IncomingBatch,
  ): Promise<IngestResult> {
    const { store, clock, meter } = this.parts;
    for (let reload = 0; reload <= MOST_RELOADS; reload++) {
      const started = clock();
      try {
        await inSpan('load', { 'offcurve.runs': runs.length }, () => this.load(runs));
        await inSpan('judge', {}, () => act(started));
        const collections = this.collect(runs);
        const messages = collections.flatMap((collection) => collection.messages);
        const result = await inSpan('commit', { 'offcurve.messages': messages.length }, () =>
          store.commit({ source, runs: collections.map(({ change }) => change), messages }),
        );
        if (result.status === 'committed') {
          this.settle(collections, result.refs, messages);
          if (batch) meter.batch(batch.items.length, clock() - started, traceOf(batch, collections, messages));
          return { status: 'committed' };
        }
        this.drop(runs);
        if (result.offset && source) return { status: 'lost-partition', stored: await this.storedOffset(source) };
      } catch (error) {
        // Memory is ahead of the store now.
        this.drop(runs);
        throw error;
      }
    }
    throw new Error(`${runs.length} runs were changed by another writer ${MOST_RELOADS} times in a row`);
  }

  private async load(runs: readonly string[]): Promise<void> {
    const { store, settingsFor, policy } = this.parts;
    const missing = runs.filter((id) => !this.watchers.has(id));
    if (missing.length === 0) return;
    const stored = await store.load(missing);
    for (const run of stored) {
      const watcher = RunWatcher.restore(run, settingsFor, policy);
      await watcher.settleRising((attempt, step) => store.findClosed(watcher.header.ref, attempt, step));
      this.watchers.set(run.header.id, watcher);
    }
    for (const id of missing)
      if (!this.watchers.has(id)) this.watchers.set(id, RunWatcher.fresh(id, settingsFor, policy));
  }

  private async takeAll(items: readonly IncomingItem[], now: number): Promise<void> {
    for (const item of items) {
      const watcher = this.watchers.get(runOf(item))!;
      if (item.kind === 'record') {
        // Nearly never: whoever waits at every record waits for longer than it takes to judge one.
        const leaning = this.lean(watcher);
        if (leaning) await leaning;
      }
      const asked = watcher.lookupFor(item);
      watcher.take(item, asked ? await this.known(watcher, asked.attempt, asked.step) : null, now);
    }
  }

  /** Asks for what others know that the run's judgement may lean on, where it is time to; else null. */
  private lean(watcher: RunWatcher): Promise<void> | null {
    const { leanings, references } = this.parts;
    const due = leanings && watcher.leaningDue;
    const seeking = references && watcher.seeking();
    if (!due && !seeking) return null;
    return this.ask(watcher, due ? leanings : null, seeking ? { references, ...seeking } : null);
  }

  private async ask(
    watcher: RunWatcher,
    leanings: IngestParts['leanings'] | null,
    seeking: Seeking | null,
  ): Promise<void> {
    const { header } = watcher;
    if (leanings) watcher.lean(await leanings.of(header));
    if (seeking) watcher.refer(await seekReferences(seeking.references, header, seeking.recent, seeking.known));
  }

  private async known(watcher: RunWatcher, attempt: number, step: number) {
    const { ref } = watcher.header;
    const closed = ref === 0 ? null : await this.parts.store.findClosed(ref, attempt, step);
    return mergedKnown(closed, watcher.openRowsOf(attempt, step));
  }

  private collect(runs: readonly string[]): Collection[] {
    const collections: Collection[] = [];
    for (const id of runs) {
      const collection = this.watchers.get(id)!.collect(this.parts.leanings !== undefined);
      if (collection) collections.push(collection);
    }
    return collections;
  }

  private settle(
    collections: readonly Collection[],
    refs: ReadonlyMap<string, number>,
    messages: readonly OutboxMessage[],
  ): void {
    const news: RunNews[] = [];
    for (const { change, newRows } of collections) {
      const { id } = change.header;
      this.watchers.get(id)!.committed(refs.get(id) ?? change.header.ref);
      news.push(newsOf(change, newRows));
    }
    for (const { change } of collections) if (change.finished.length > 0) this.tellOfFinished(change.header);
    this.parts.live.push(news);
    if (messages.length > 0) this.parts.nudge();
  }

  /** Runs of its family, or of its project where it has none, may lean on a run that has finished. */
  private tellOfFinished({ id, metadata }: RunHeader): void {
    for (const watcher of this.watchers.values()) {
      const { header } = watcher;
      const { family, project } = header.metadata;
      const isNear = family === metadata.family && (family !== undefined || project === metadata.project);
      if (isNear && header.id !== id && header.status === 'running') watcher.leanAgain();
    }
  }

  private async storedOffset(source: BatchSource): Promise<bigint | null> {
    return (await this.parts.store.offsets(source.cluster, source.topic)).get(source.partition) ?? null;
  }
}

/** What is known of a run that looks for references, and who finds them. */
type Seeking = NonNullable<ReturnType<RunWatcher['seeking']>> & { references: ReferenceFinder };

const runOf = (item: IncomingItem): string => (item.kind === 'record' ? item.record.run : item.announcement.run);

const runsOf = (items: readonly IncomingItem[]): string[] => [...new Set(items.map(runOf))];

function newsOf(change: RunChange, rows: readonly PointRow[]): RunNews {
  return {
    header: change.header,
    rows,
    standings: change.standings,
    deviations: change.deviations,
    forecasts: change.forecasts,
  };
}

const traceOf = (
  batch: IncomingBatch,
  collections: readonly Collection[],
  messages: readonly OutboxMessage[],
): BatchTrace => ({
  id: batch.id,
  deviations: collections.flatMap(({ change }) => change.deviations),
  messages: messages.map(({ id }) => id),
});
