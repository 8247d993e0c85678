// Watches one run: judges its records, keeps its deviations, and collects what the next commit must write.
import type { AlertPolicy } from '../alerting/notify.js';
import type { OutboxMessage } from '../alerting/outbox-message.js';
import type { MonitorSettings } from '../core/detection/monitor-types.js';
import { plannedEnd } from '../forecast/rate-plan.js';
import type { Leanings } from '../forecast/run-forecaster.js';
import type { ContextEntry, PackedReference } from '../runs/context-entry.js';
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import { type RunHeader, freshHeader, hasEnded } from '../runs/run-header.js';
import { LAST_RECORDS_MS, advanceHeader } from './advance-header.js';
import { Announcements } from './announcements.js';
import { FollowedRate } from './followed-rate.js';
import { HeldReferences, type Seeking } from './held-references.js';
import type { IncomingItem } from './incoming-batch.js';
import { Leant } from './leant.js';
import { OpenDeviations, isHistory } from './open-deviations.js';
import { OpenTail } from './open-tail.js';
import { PinnedContext } from './pinned-context.js';
import { restoreJudge } from './restore-judge.js';
import { RunJudge } from './run-judge.js';
import { storedForecast } from './stored-forecast.js';
import { UnstoredRows } from './unstored-rows.js';
import type { BandKnot, RunChange, StoredRun } from './watch-store.js';

/** Share of its plan at which a finished run counts as whole. */
const WHOLE = 0.9;

/** The detector's settings for a run whose points come `secondsPerPoint` apart (null: not yet known). */
export type SettingsFor = (secondsPerPoint: number | null) => MonitorSettings;

/** What one batch changed of a run, and who is to be told. */
export interface Collection {
  change: RunChange;
  /** All new rows in the order of judgement, those among them that went straight into segments. */
  newRows: readonly PointRow[];
  messages: readonly OutboxMessage[];
}

/** One run in memory. After a commit that failed it must be thrown away and loaded again. */
export class RunWatcher {
  readonly deviations: OpenDeviations;
  private readonly tail: OpenTail;
  private readonly announcements: Announcements;
  private change: Collected = collected();
  /** Null where this judgement makes its own context. */
  private pinned: PinnedContext | null = null;
  private rate = new FollowedRate();
  private leant = new Leant();
  private references = new HeldReferences();

  private constructor(
    readonly header: RunHeader,
    readonly judge: RunJudge,
    stored: Pick<StoredRun, 'openRows' | 'waiting' | 'deviations'>,
    private readonly settingsFor: SettingsFor,
    policy: AlertPolicy,
  ) {
    this.tail = new OpenTail(stored.openRows.slice());
    this.announcements = new Announcements(header, stored.waiting);
    this.deviations = new OpenDeviations(header, judge, policy, stored.deviations);
  }

  /** A run never seen before. */
  static fresh(id: string, settingsFor: SettingsFor, policy: AlertPolicy): RunWatcher {
    const settings = settingsFor(null);
    const judge = RunJudge.fresh(settings);
    const header = freshHeader(id, judge.dictionary.names);
    const watcher = new RunWatcher(header, judge, { openRows: [], waiting: [], deviations: [] }, settingsFor, policy);
    watcher.change.context.push({ seq: 1, kind: 'settings', settings });
    return watcher;
  }

  /** A run judged again by a context recorded before: announcements and the rate of points change nothing of it. */
  static pinned(
    id: string,
    context: readonly ContextEntry[],
    settingsFor: SettingsFor,
    policy: AlertPolicy,
  ): RunWatcher {
    const pinned = new PinnedContext(context);
    const judge = RunJudge.fresh(pinned.settings ?? settingsFor(null));
    const header = freshHeader(id, judge.dictionary.names);
    const watcher = new RunWatcher(header, judge, { openRows: [], waiting: [], deviations: [] }, settingsFor, policy);
    watcher.pinned = pinned;
    return watcher;
  }

  /** A run as it was stored: its judge brought up to date, with effects off. */
  static restore(stored: StoredRun, settingsFor: SettingsFor, policy: AlertPolicy): RunWatcher {
    const { header, context } = stored;
    const { judge, references, isRenewed } = restoreJudge(stored, () => settingsFor(null));
    header.metricNames = judge.dictionary.names;
    const watcher = new RunWatcher(header, judge, stored, settingsFor, policy);
    watcher.references = new HeldReferences(references);
    if (isRenewed) {
      // Its context says so, and what was open is over.
      watcher.enter({ seq: judge.lastSeq + 1, kind: 'settings', settings: settingsFor(null) });
      watcher.deviations.orphan();
    }
    watcher.rate = FollowedRate.in(context, header);
    watcher.leant = Leant.in(context);
    return watcher;
  }

  /** What finished runs that read the same batches are to be looked for by, where it is time to; else null. */
  seeking(): Seeking | null {
    return this.pinned ? null : this.references.seeking(this.header, this.judge, this.tail);
  }

  /** Finished runs that read the same batches, from the next record on. */
  refer(found: readonly PackedReference[]): void {
    const entry = this.references.add(found, this.judge.lastSeq + 1);
    if (entry) this.enter(entry);
  }

  /** Puts an entry into effect, and on record for the context. */
  private enter(entry: ContextEntry): ReturnType<RunJudge['applyContext']> {
    this.change.context.push(entry);
    return this.judge.applyContext(entry);
  }

  /** The step that `take` must be told about first, where the open rows do not settle it. */
  lookupFor(item: IncomingItem): { attempt: number; step: number } | null {
    return item.kind === 'record' ? this.judge.lookupFor(item.record) : null;
  }

  openRowsOf(attempt: number, step: number): KnownPoint | null {
    return this.tail.find(attempt, step);
  }

  /** Takes in one record or announcement. `now` is the clock's time in milliseconds. */
  take(item: IncomingItem, known: KnownPoint | null, now: number): void {
    for (const key of item.ignored) {
      const { ignoredKeys } = this.header.counters;
      ignoredKeys[key] = (ignoredKeys[key] ?? 0) + 1;
    }
    this.change.touched = true;
    if (item.kind === 'announcement') this.announcements.take(item.announcement, item.received);
    else this.record(item, known, now);
  }

  private record(item: Extract<IncomingItem, { kind: 'record' }>, known: KnownPoint | null, now: number): void {
    const { header } = this;
    this.deviations.dropOrphans(now);
    this.announcements.settle(item.record.attempt);
    if (this.pinned) this.applyPinned(this.pinned, this.judge.lastSeq + 1, now);
    else this.followRate();
    const said = this.pinned ? null : header.metadata;
    const judgement = this.judge.judge(item.record, item.received, known, said, (seqs) => this.tail.take(seqs));
    if (judgement.context.length > 0) this.change.context.push(...judgement.context);
    for (const { row, fromSeq } of judgement.rows) {
      this.tail.push(row);
      this.change.rows.add(row, fromSeq);
    }
    const time = item.record.time ?? item.received;
    advanceHeader(header, this.judge, judgement.placement, { time, received: item.received, now });
    const history = isHistory(time, now);
    if (judgement.rows.length > 0) this.deviations.breakSilence(item.record.step, now);
    for (const event of judgement.events) this.deviations.follow(event, now, history);
    if (!history) this.deviations.releaseHistory(now);
  }

  /** Puts the entries of a recorded context into effect that come before the record with this sequence number. */
  private applyPinned(pinned: PinnedContext, seq: number, now: number): void {
    for (const entry of pinned.due(seq))
      for (const event of this.judge.applyContext(entry)) this.deviations.follow(event, now, false);
  }

  /** Whether what finished runs say of this run is to be asked for before its next record. */
  get leaningDue(): boolean {
    return this.pinned === null && this.leant.due(this.header);
  }

  /** Leans on what finished runs and laws say, from the next record on. */
  lean(leaning: Leanings): void {
    const entry = this.leant.settle(this.header, leaning);
    if (entry) this.enter(entry);
  }

  /** Another run has finished that this one may lean on. */
  leanAgain(): void {
    this.leant.again();
  }

  /** The log is over: what is left of a recorded context takes effect; without one the run counts as ended. */
  finish(now: number): void {
    if (this.pinned) this.applyPinned(this.pinned, Infinity, now);
    else this.end(now);
  }

  private followRate(): void {
    const seconds = this.rate.due(this.header);
    if (seconds !== null)
      this.enter({ seq: this.header.lastSeq + 1, kind: 'settings', settings: this.settingsFor(seconds) });
  }

  /** The run ended: what is open is resolved. */
  end(now: number): void {
    for (const event of this.enter({ seq: this.judge.lastSeq + 1, kind: 'end' }))
      this.deviations.follow(event, now, false);
    this.deviations.breakSilence(this.header.newestStep, now);
    this.change.touched = true;
  }

  /** The run stopped sending without a word. */
  fallSilent(now: number, reason: string): void {
    this.header.status = 'silent';
    this.deviations.fallSilent(now, reason);
  }

  /** Late parts of known steps are no rising steps; rows do not tell them apart, the steps before them do. */
  async settleRising(find: (attempt: number, step: number) => Promise<KnownPoint | null>): Promise<void> {
    for (const { seq, step } of this.judge.rising.slice()) {
      const before = this.tail.find(this.judge.attempt, step, seq) ?? (await find(this.judge.attempt, step));
      if (before) this.judge.forgetRising(seq);
    }
  }

  /** The run ended and something is still open. */
  get needsEnd(): boolean {
    return hasEnded(this.header) && this.deviations.endWithRun;
  }

  /** Whether the steps behind a status that ended the run were its last ones: no more came for a while. */
  endedBefore(now: number): boolean {
    const { status, endedAs, lastArrival } = this.header;
    return status === 'running' && endedAs !== null && now - (lastArrival ?? now) > LAST_RECORDS_MS;
  }

  /** What the status said stands again. */
  endAsSaid(): void {
    this.header.status = this.header.endedAs!;
    this.change.touched = true;
  }

  /** It ran to its planned end and nothing is amiss: others may lean on it. */
  private get isWhole(): boolean {
    const { status, metadata, newestStep } = this.header;
    return status === 'finished' && !this.deviations.isAmiss && newestStep >= WHOLE * (plannedEnd(metadata) ?? 0);
  }

  /**
   * All that changed since the last call, for the next commit. Null where nothing did.
   * @param leaves whether a finished run leaves something for others to lean on: nobody needs it offline
   */
  collect(leaves = false): Collection | null {
    const { change, header } = this;
    const isNew = header.ref === 0;
    if (!isNew && !change.touched && !this.deviations.hasNews) return null;
    const closed = this.tail.closeFull();
    const { rows: newRows, moved } = change.rows;
    const rows = closed ? newRows.filter((row) => row.seq > closed.throughSeq) : newRows;
    const knots: BandKnot[] = this.judge.monitor.drainBandKnots().map((knot) => ({ ...knot, attempt: header.attempt }));
    const { changes: deviations, messages } = this.deviations.drain();
    this.change = collected();
    const written: RunChange = {
      header,
      rows,
      moved,
      segments: closed?.segments ?? [],
      closedThroughSeq: closed?.throughSeq ?? null,
      snapshot: closed ? { seq: this.judge.lastSeq, state: this.judge.snapshot() } : null,
      context: change.context,
      waiting: this.announcements.drain(),
      deviations,
      knots,
      forecasts: this.judge.forecaster.drain().map(storedForecast),
      standings: this.judge.standings(),
      finished: leaves && this.isWhole ? this.judge.forecaster.finished(header.id) : [],
    };
    return { change: written, newRows, messages };
  }

  /** The commit went through. */
  committed(ref: number): void {
    this.header.ref = ref;
    this.header.version++;
  }
}

interface Collected {
  rows: UnstoredRows;
  context: ContextEntry[];
  touched: boolean;
}

const collected = (): Collected => ({ rows: new UnstoredRows(), context: [], touched: false });
