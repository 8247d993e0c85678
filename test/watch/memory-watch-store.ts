// A watch store in memory with the same fences as the real one: for stories about restarts that need thousands of them.
import type { DeviationChange } from '../../src/alerting/deviation.js';
import type { OutboxMessage } from '../../src/alerting/outbox-message.js';
import type { KnownPoint, PointRow } from '../../src/runs/point-row.js';
import {
  type BatchChange,
  type CommitResult,
  type StoredForecast,
  type StoredRun,
  WatchStore,
} from '../../src/watch/watch-store.js';

interface Kept {
  run: StoredRun;
  closed: PointRow[];
  deviations: Map<string, DeviationChange['deviation']>;
  forecasts: Map<string, StoredForecast>;
}

export class MemoryWatchStore extends WatchStore {
  readonly kept = new Map<string, Kept>();
  readonly story: DeviationChange[] = [];
  readonly messages: OutboxMessage[] = [];
  private readonly stored = new Map<string, bigint>();
  /** Set to make the next commit fail as a lost connection would. */
  failNext = false;

  async load(ids: string[]): Promise<StoredRun[]> {
    return ids.flatMap((id) => {
      const kept = this.kept.get(id);
      if (!kept) return [];
      const open = [...kept.deviations.values()].filter(({ status }) => status !== 'resolved');
      return [structuredClone({ ...kept.run, deviations: open })];
    });
  }

  async commit(change: BatchChange): Promise<CommitResult> {
    if (this.failNext) {
      this.failNext = false;
      throw new Error('the connection was lost');
    }
    const stale = change.runs.filter(
      ({ header }) => (this.kept.get(header.id)?.run.header.version ?? 0) !== header.version,
    );
    const { source } = change;
    const key = source ? `${source.cluster}/${source.topic}/${source.partition}` : '';
    const offset = source !== null && (this.stored.get(key) ?? null) !== source.expected;
    if (stale.length > 0 || offset) return { status: 'stale', runs: stale.map(({ header }) => header.id), offset };
    if (source) this.stored.set(key, source.next);
    const refs = new Map<string, number>();
    for (const run of structuredClone(change.runs)) {
      const { header } = run;
      const kept: Kept = this.kept.get(header.id) ?? {
        run: { header, snapshot: null, openRows: [], context: [], waiting: [], deviations: [] },
        closed: [],
        deviations: new Map(),
        forecasts: new Map(),
      };
      this.kept.set(header.id, kept);
      header.ref ||= this.kept.size;
      header.version++;
      refs.set(header.id, header.ref);
      kept.run.header = header;
      const gone = new Set(run.moved.map(({ fromSeq }) => fromSeq));
      const rows = [
        ...kept.run.openRows.filter(({ seq }) => !gone.has(seq)),
        ...run.rows,
        ...run.moved.map(({ row }) => row),
      ];
      rows.sort((a, b) => a.seq - b.seq);
      const through = run.closedThroughSeq ?? 0;
      kept.closed.push(...rowsOf(run.segments));
      kept.run.openRows = rows.filter(({ seq }) => seq > through);
      if (run.snapshot) kept.run.snapshot = run.snapshot;
      kept.run.context.push(...run.context);
      if (run.waiting) kept.run.waiting = run.waiting;
      for (const { deviation } of run.deviations) kept.deviations.set(deviation.id, deviation);
      for (const forecast of run.forecasts) kept.forecasts.set(forecast.metric, forecast);
      this.story.push(...run.deviations);
    }
    this.messages.push(...structuredClone(change.messages));
    return { status: 'committed', refs };
  }

  async findClosed(ref: number, attempt: number, step: number): Promise<KnownPoint | null> {
    const kept = [...this.kept.values()].find(({ run }) => run.header.ref === ref)!;
    const rows = kept.closed.filter((row) => row.attempt === attempt && row.step === step);
    if (rows.length === 0) return null;
    const values: (number | null)[] = kept.run.header.metricNames.map(() => null);
    for (const row of rows) row.values.forEach((value, metric) => (values[metric] ??= value));
    return { attempt, step, values };
  }

  async offsets(cluster: string, topic: string): Promise<Map<number, bigint>> {
    const found = new Map<number, bigint>();
    for (const [key, next] of this.stored) {
      const [inCluster, inTopic, partition] = key.split('/');
      if (inCluster === cluster && inTopic === topic) found.set(Number(partition), next);
    }
    return found;
  }

  /** Every stored point of a run: attempt, step and values, later parts on lines of their own. */
  points(id: string): PointRow[] {
    const kept = this.kept.get(id)!;
    return [...kept.closed, ...kept.run.openRows].sort((a, b) => a.seq - b.seq);
  }
}

function rowsOf(segments: BatchChange['runs'][number]['segments']): PointRow[] {
  const rows = new Map<number, PointRow>();
  for (const { attempt, metric, places, values: closed } of segments)
    places.seqs.forEach((seq, index) => {
      const [step, time] = [places.steps[index]!, places.times[index]!];
      if (!rows.has(seq)) rows.set(seq, { seq, attempt, step, time, late: places.late[index] === 1, values: [] });
      const { values } = rows.get(seq)!;
      while (values.length <= metric) values.push(null);
      values[metric] = closed[index]!;
    });
  return [...rows.values()];
}
