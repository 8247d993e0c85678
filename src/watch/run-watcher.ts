// Watches one run: judges its records, keeps its deviations, and collects what the next commit must write.
import {
  type Sighting,
  type SightedRun,
  openDeviation,
  resolveDeviation,
  updateDeviation,
} from '../alerting/deviation-life.js';
import type { Deviation, DeviationChange } from '../alerting/deviation.js';
import { type AlertPolicy, decideAndWrite, summariesFor } from '../alerting/notify.js';
import type { OutboxMessage } from '../alerting/outbox-message.js';
import { MONITOR_VERSION } from '../core/detection/budget.js';
import type { MonitorEvent, MonitorSettings } from '../core/detection/monitor-types.js';
import { plannedEnd } from '../forecast/rate-plan.js';
import type { Leanings } from '../forecast/run-forecaster.js';
import { MOST_REFERENCES } from '../core/detection/referenced-judge.js';
import type { ContextEntry, PackedReference } from '../runs/context-entry.js';
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import type { RunAnnouncement } from '../runs/run-announcement.js';
import type { RunHeader } from '../runs/run-header.js';
import type { IncomingItem } from './incoming-batch.js';
import { Leant, leaningIn } from './leant.js';
import { OpenTail } from './open-tail.js';
import { nextPace } from './pace.js';
import type { StepLosses } from './packed-reference.js';
import { RunJudge } from './run-judge.js';
import { LEAST_POINTS } from './seek-references.js';
import { storedForecast } from './stored-forecast.js';
import { spentBy } from './spent.js';
import type { BandKnot, RunChange, StoredRun } from './watch-store.js';

/** Records older than this on arrival are history: their deviations are shown, not sent. */
export const HISTORY_MS = 3_600_000;
/** The status of an ended run may overtake its last records by this much. */
const LAST_RECORDS_MS = 60_000;
/** The detector's settings follow the measured rate of points: looked at again each time the run has doubled. */
const FIRST_RATE_AT = 256;
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
  private tail: OpenTail;
  private readonly deviations = new Map<string, Deviation>();
  private waiting: RunAnnouncement[];
  private change: Collected = collected();
  /** What is left of a context recorded before; null where this judgement makes its own. */
  private context: ContextEntry[] | null = null;
  /** Sequence number at which the rate of points was last looked at. */
  private rateSeenAt = 0;
  private leant = new Leant();
  /** Sequence number at which references were last looked for. */
  private soughtAt = 0;
  private references: readonly PackedReference[] = [];
  /** Open deviations that a detector of an older version found. */
  private orphans: Deviation[] = [];

  private constructor(
    readonly header: RunHeader,
    readonly judge: RunJudge,
    stored: Pick<StoredRun, 'openRows' | 'waiting' | 'deviations'>,
    private readonly settingsFor: SettingsFor,
    private readonly policy: AlertPolicy,
  ) {
    this.tail = new OpenTail(stored.openRows.slice());
    this.waiting = stored.waiting.slice();
    for (const deviation of stored.deviations) this.deviations.set(placeOf(deviation), deviation);
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
    const first = context.find((entry) => entry.kind === 'settings');
    const judge = RunJudge.fresh((first?.settings as MonitorSettings | undefined) ?? settingsFor(null));
    const header = freshHeader(id, judge.dictionary.names);
    const watcher = new RunWatcher(header, judge, { openRows: [], waiting: [], deviations: [] }, settingsFor, policy);
    watcher.context = context.filter((entry) => entry !== first).sort((a, b) => a.seq - b.seq);
    return watcher;
  }

  /** A run as it was stored: its snapshot, brought up to date by the rows behind it, with effects off. */
  static restore(stored: StoredRun, settingsFor: SettingsFor, policy: AlertPolicy): RunWatcher {
    const { header, snapshot } = stored;
    const valid = stored.context.filter((entry) => !isOutdated(entry));
    const first = valid.find((entry) => entry.kind === 'settings');
    let renewed = valid.length < stored.context.length;
    const anew = (): MonitorSettings => {
      renewed = true;
      return settingsFor(null);
    };
    const judge = snapshot
      ? RunJudge.restore(header.metricNames, snapshot.state, leaningIn(stored.context, snapshot.seq), anew)
      : RunJudge.fresh((first?.settings as MonitorSettings | undefined) ?? settingsFor(null), header.metricNames);
    header.metricNames = judge.dictionary.names;
    const after = snapshot?.seq ?? 0;
    const context = valid.filter((entry) => entry.seq > after);
    const references = valid.filter((entry) => entry.kind === 'references');
    const held = references.filter(({ seq }) => seq <= after).at(-1);
    if (held) judge.applyContext(held);
    // A run without a snapshot was made with its first settings already.
    if (!snapshot && first) context.splice(context.indexOf(first), 1);
    for (const row of stored.openRows) {
      if (row.seq <= after) continue;
      while (context.length > 0 && context[0]!.seq <= row.seq) judge.applyContext(context.shift()!);
      judge.replay(row);
    }
    for (const entry of context) judge.applyContext(entry);
    const watcher = new RunWatcher(header, judge, stored, settingsFor, policy);
    watcher.references = references.at(-1)?.references ?? [];
    if (renewed) watcher.renew(settingsFor(null));
    if (stored.context.some((entry) => entry.kind === 'settings' && entry.seq === header.lastSeq + 1))
      watcher.rateSeenAt = header.lastSeq;
    watcher.leant = Leant.in(stored.context);
    return watcher;
  }

  /** The rules are of another version than when the run was last judged: its context says so, and what was open is over. */
  private renew(settings: MonitorSettings): void {
    const entry: ContextEntry = { seq: this.judge.lastSeq + 1, kind: 'settings', settings };
    this.change.context.push(entry);
    this.judge.applyContext(entry);
    this.orphans = [...this.deviations.values()].filter(({ kind }) => kind !== 'silent');
  }

  private dropOrphans(now: number): void {
    for (const orphan of this.orphans.splice(0)) {
      const evidence = [...orphan.evidence, 'the detector was renewed and begins anew'];
      this.note(resolveDeviation(this.sighted(), { ...orphan, evidence }, null, now), now);
    }
  }

  /** The run's newest losses by metric where it is time to look for finished runs that read the same batches; else null. */
  seeking(): { recent: ReadonlyMap<string, StepLosses>; known: readonly string[] } | null {
    const { lastSeq, attempt } = this.header;
    if (this.context || lastSeq < Math.max(LEAST_POINTS, 2 * this.soughtAt)) return null;
    if (this.judge.monitor.compares || this.references.length >= MOST_REFERENCES) return null;
    const recent = new Map<string, StepLosses>();
    for (const metric of this.judge.monitor.metrics) {
      const own = this.tail.losses(attempt, this.judge.dictionary.names.indexOf(metric));
      if (own.steps.length >= LEAST_POINTS) recent.set(metric, own);
    }
    if (recent.size === 0) return null;
    this.soughtAt = lastSeq;
    return { recent, known: this.references.map(({ run }) => run) };
  }

  /** Finished runs that read the same batches, from the next record on. */
  refer(found: readonly PackedReference[]): void {
    if (found.length === 0) return;
    this.references = [...this.references, ...found];
    const entry: ContextEntry = { seq: this.judge.lastSeq + 1, kind: 'references', references: this.references };
    this.change.context.push(entry);
    this.judge.applyContext(entry);
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
    if (item.kind === 'announcement') this.announce(item.announcement, now);
    else this.record(item, known, now);
  }

  private record(item: Extract<IncomingItem, { kind: 'record' }>, known: KnownPoint | null, now: number): void {
    const { header } = this;
    this.change.touched = true;
    this.dropOrphans(now);
    this.settleWaiting(item.record.attempt);
    if (this.context) this.applyPinned(this.judge.lastSeq + 1, now);
    else this.followRate();
    const said = this.context ? null : header.metadata;
    const judgement = this.judge.judge(item.record, item.received, known, said, (seqs) => this.takeBack(seqs));
    if (judgement.context.length > 0) this.change.context.push(...judgement.context);
    for (const { row, fromSeq } of judgement.rows) this.keep(row, fromSeq);
    const { placement } = judgement;
    if (placement.kind === 'repeat') header.counters.repeats++;
    else if (placement.kind === 'late') header.counters.late++;
    if (placement.kind === 'conflict' || ('conflict' in placement && placement.conflict)) header.counters.conflicts++;
    header.lastArrival = now;
    if (header.endedAt === null || placement.kind === 'new-attempt' || now - header.endedAt > LAST_RECORDS_MS) {
      header.status = 'running';
      header.endedAt = null;
    }
    header.lastSeq = this.judge.lastSeq;
    header.attempt = this.judge.attempt;
    header.newestStep = this.judge.newestStep;
    const time = item.record.time ?? item.received;
    header.pace = nextPace(header.pace, header.lastTime, time);
    header.firstTime = Math.min(header.firstTime ?? time, time);
    header.lastTime = Math.max(header.lastTime ?? time, time);
    const history = now - time > HISTORY_MS;
    if (judgement.rows.length > 0 && this.deviations.size > 0) this.breakSilence(item.record.step, now);
    for (const event of judgement.events) this.follow(event, now, history);
    if (!history && (header.unsentHistory > 0 || this.deviations.size > 0)) this.releaseHistory(now);
  }

  /** Puts the entries of a recorded context into effect that come before the record with this sequence number. */
  private applyPinned(seq: number, now: number): void {
    while (this.context!.length > 0 && this.context![0]!.seq <= seq)
      for (const event of this.judge.applyContext(this.context!.shift()!)) this.follow(event, now, false);
  }

  /** Whether what finished runs say of this run is to be asked for before its next record. */
  get leaningDue(): boolean {
    return this.context === null && this.leant.due(this.header);
  }

  /** Leans on what finished runs and laws say, from the next record on. */
  lean(leaning: Leanings): void {
    const entry = this.leant.settle(this.header, leaning);
    if (entry === null) return;
    this.change.context.push(entry);
    this.judge.applyContext(entry);
  }

  /** Another run has finished that this one may lean on. */
  leanAgain(): void {
    this.leant.again();
  }

  /** The log is over: what is left of a recorded context takes effect; without one the run counts as ended. */
  finish(now: number): void {
    if (this.context) this.applyPinned(Infinity, now);
    else this.end(now);
  }

  /** Rows that a new attempt takes over leave the tail, and the next commit's rows, if they were not stored yet. */
  private takeBack(seqs: readonly number[]): PointRow[] {
    return this.tail.take(seqs);
  }

  private keep(row: PointRow, fromSeq: number | null): void {
    this.tail.push(row);
    const unstored = fromSeq === null ? -1 : this.change.rows.findIndex((other) => other.seq === fromSeq);
    if (unstored >= 0) this.change.rows.splice(unstored, 1);
    if (fromSeq !== null && unstored < 0) this.change.moved.push({ fromSeq, row });
    else this.change.rows.push(row);
  }

  private announce(announcement: RunAnnouncement, now: number): void {
    const { header } = this;
    if (announcement.attempt !== null && announcement.attempt > Math.max(header.attempt, 1)) {
      this.waiting.push(announcement);
      this.change.waitingChanged = true;
      this.change.touched = true;
      return;
    }
    if (announcement.attempt === null || announcement.attempt >= header.attempt)
      header.metadata = { ...header.metadata, ...announcement.metadata };
    this.change.touched = true;
    if (announcement.status === null) return;
    if (announcement.status === 'started') {
      header.status = header.lastSeq > 0 ? 'running' : 'announced';
      header.endedAt = null;
    } else {
      header.status = announcement.status;
      header.endedAt = now;
    }
  }

  /** Announcements made for an attempt take effect when its first record comes. */
  private settleWaiting(attempt: number | null): void {
    if (this.waiting.length === 0) return;
    const current = attempt ?? this.header.attempt;
    const due = this.waiting.filter((announcement) => announcement.attempt! <= current);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((announcement) => announcement.attempt! > current);
    this.change.waitingChanged = true;
    for (const { metadata } of due) this.header.metadata = { ...this.header.metadata, ...metadata };
  }

  /** False alarms are promised per time, the detector counts points: its settings follow the rate of points. */
  private followRate(): void {
    const { lastSeq, firstTime, lastTime } = this.header;
    if (lastSeq < FIRST_RATE_AT || (lastSeq & (lastSeq - 1)) !== 0 || this.rateSeenAt === lastSeq) return;
    this.rateSeenAt = lastSeq;
    const settings = this.settingsFor((lastTime! - firstTime!) / 1000 / lastSeq);
    const entry: ContextEntry = { seq: lastSeq + 1, kind: 'settings', settings };
    this.change.context.push(entry);
    this.judge.applyContext(entry);
  }

  /** The run ended: what is open is resolved. */
  end(now: number): void {
    const entry: ContextEntry = { seq: this.judge.lastSeq + 1, kind: 'end' };
    this.change.context.push(entry);
    for (const event of this.judge.applyContext(entry)) this.follow(event, now, false);
    this.breakSilence(this.header.newestStep, now);
    this.change.touched = true;
  }

  /** The run stopped sending without a word. */
  fallSilent(now: number, reason: string): void {
    const { header } = this;
    header.status = 'silent';
    // By sequence number, not step: a run may fall silent twice behind one step.
    const place = { attempt: header.attempt, openedAtStep: header.lastSeq };
    const seen = silence(header.newestStep, [reason]);
    const history = now - (header.lastTime ?? now) > HISTORY_MS;
    this.note(openDeviation(this.sighted(), seen, place, { now, history }), now);
    this.change.touched = true;
  }

  private breakSilence(step: number, now: number): void {
    for (const deviation of this.deviations.values())
      if (deviation.kind === 'silent')
        this.note(resolveDeviation(this.sighted(), deviation, silence(step, deviation.evidence), now), now);
  }

  /** The finished run lies off its family's law; a second time changes nothing. */
  leaveLaw(seen: Sighting, now: number): void {
    const { attempt, newestStep: step } = this.header;
    const place = { attempt, openedAtStep: step };
    const placed = { ...seen, step, startedAtStep: step };
    if (this.deviations.has(placeOf({ ...place, metric: seen.metric }))) return;
    const history = now - (this.header.lastTime ?? now) > HISTORY_MS;
    this.note(openDeviation(this.sighted(), placed, place, { now, history }), now);
    this.change.touched = true;
  }

  /** The law, as it is now, says of the run what was measured. */
  returnToLaw(metric: string, now: number): void {
    for (const deviation of [...this.deviations.values()])
      if (deviation.kind === 'off-law' && deviation.metric === metric) {
        this.note(resolveDeviation(this.sighted(), deviation, null, now), now);
        this.change.touched = true;
      }
  }

  private follow(event: MonitorEvent, now: number, history: boolean): void {
    const key = `${event.metric}\n${event.attempt}\n${event.openedAtStep}`;
    const before = this.deviations.get(key);
    if (event.type === 'opened') {
      const place = { attempt: event.attempt, openedAtStep: event.openedAtStep };
      this.note(openDeviation(this.sighted(), event, place, { now, history }), now);
    } else if (before) {
      // Resolved by hand, or never sent: the detector's later word changes nothing.
      if (event.type === 'updated') this.note(updateDeviation(this.sighted(), before, event), now);
      else this.note(resolveDeviation(this.sighted(), before, event, now), now);
    }
  }

  private note(change: DeviationChange, now: number): void {
    const key = placeOf(change.deviation);
    if (change.type === 'resolved') {
      this.deviations.delete(key);
      if (change.deviation.history) this.header.unsentHistory++;
    } else this.deviations.set(key, change.deviation);
    // Decided at once, not at the commit: whoever was told of one version must hear of the next in the same batch, too.
    const { decision, messages } = decideAndWrite(change, this.policy, now);
    this.change.deviations.push({ ...change, decision });
    this.change.messages.push(...messages);
  }

  private sighted(): SightedRun {
    const { id, metadata, pace, lastSeq, newestStep } = this.header;
    const spent = spentBy(this.header, this.judge.tokensLogged);
    // Records do not come at every step.
    const msPerStep = pace.usualMs > 0 && newestStep > 0 ? pace.usualMs * Math.min(1, lastSeq / newestStep) : null;
    return { id, metadata, spent, msPerStep };
  }

  /** Once the run has caught up with the present, deviations found in its history and still open become news. */
  private releaseHistory(now: number): void {
    const { id, lastSeq, unsentHistory } = this.header;
    this.change.messages.push(...summariesFor(id, unsentHistory, lastSeq, this.policy, now));
    this.header.unsentHistory = 0;
    for (const deviation of this.deviations.values()) {
      if (!deviation.history) continue;
      this.note({ type: 'opened', deviation: { ...deviation, history: false, version: deviation.version + 1 } }, now);
    }
  }

  /** Late parts of known steps are no rising steps; rows do not tell them apart, the steps before them do. */
  async settleRising(find: (attempt: number, step: number) => Promise<KnownPoint | null>): Promise<void> {
    for (const { seq, step } of this.judge.rising.slice()) {
      const before = this.tail.find(this.judge.attempt, step, seq) ?? (await find(this.judge.attempt, step));
      if (before) this.judge.forgetRising(seq);
    }
  }

  /** A deviation changed since the last `collect`. */
  get hasNews(): boolean {
    return this.change.deviations.length > 0;
  }

  /** The run ended and something is still open. */
  get needsEnd(): boolean {
    // What the family's law says of an ended run does not end with it.
    return this.header.endedAt !== null && [...this.deviations.values()].some(({ kind }) => kind !== 'off-law');
  }

  /** It ran to its planned end and nothing is amiss: others may lean on it. */
  private get isWhole(): boolean {
    const { status, metadata, newestStep } = this.header;
    const isAmiss = [...this.deviations.values()].some(({ kind, side }) => kind !== 'silent' && side === 'worse');
    return status === 'finished' && !isAmiss && newestStep >= WHOLE * (plannedEnd(metadata) ?? 0);
  }

  /**
   * All that changed since the last call, for the next commit. Null where nothing did.
   * @param leaves whether a finished run leaves something for others to lean on: nobody needs it offline
   */
  collect(leaves = false): Collection | null {
    const { change, header } = this;
    const isNew = header.ref === 0;
    if (!isNew && !change.touched && change.deviations.length === 0) return null;
    const closed = this.tail.closeFull();
    const rows = closed ? change.rows.filter((row) => row.seq > closed.throughSeq) : change.rows;
    const knots: BandKnot[] = this.judge.monitor.drainBandKnots().map((knot) => ({ ...knot, attempt: header.attempt }));
    this.change = collected();
    const written: RunChange = {
      header,
      rows,
      moved: change.moved,
      segments: closed?.segments ?? [],
      closedThroughSeq: closed?.throughSeq ?? null,
      snapshot: closed ? { seq: this.judge.lastSeq, state: this.judge.snapshot() } : null,
      context: change.context,
      waiting: change.waitingChanged ? this.waiting : null,
      deviations: change.deviations,
      knots,
      forecasts: this.judge.forecaster.drain().map(storedForecast),
      standings: this.judge.standings(),
      finished: leaves && this.isWhole ? this.judge.forecaster.finished(header.id) : [],
    };
    return { change: written, newRows: change.rows, messages: change.messages };
  }

  /** The commit went through. */
  committed(ref: number): void {
    this.header.ref = ref;
    this.header.version++;
  }
}

interface Collected {
  rows: PointRow[];
  moved: RunChange['moved'];
  context: ContextEntry[];
  deviations: DeviationChange[];
  waitingChanged: boolean;
  touched: boolean;
  messages: OutboxMessage[];
}

const collected = (): Collected => ({
  rows: [],
  moved: [],
  context: [],
  deviations: [],
  waitingChanged: false,
  touched: false,
  messages: [],
});

const placeOf = ({ metric, attempt, openedAtStep }: Pick<Deviation, 'metric' | 'attempt' | 'openedAtStep'>): string =>
  `${metric}\n${attempt}\n${openedAtStep}`;

function freshHeader(id: string, metricNames: string[]): RunHeader {
  return {
    id,
    ref: 0,
    version: 0,
    status: 'announced',
    metadata: {},
    metricNames,
    lastSeq: 0,
    attempt: 0,
    newestStep: -1,
    firstTime: null,
    lastTime: null,
    lastArrival: null,
    pace: { usualMs: 0, longestMs: 0 },
    endedAt: null,
    unsentHistory: 0,
    counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
  };
}

const isOutdated = (entry: ContextEntry): boolean =>
  entry.kind === 'settings' && (entry.settings as MonitorSettings).version !== MONITOR_VERSION;

/** The run as a whole is no metric: its own deviations carry this name. */
export const RUN_ITSELF = 'run';

function silence(step: number, evidence: string[]): Sighting {
  return {
    metric: RUN_ITSELF,
    kind: 'silent',
    side: 'worse',
    step,
    startedAtStep: step,
    expected: null,
    expectedLower: null,
    expectedUpper: null,
    observed: null,
    sigma: null,
    computeShare: null,
    evidence,
    advice: 'look whether the job still runs; if it was ended on purpose, send its status',
    outlook: null,
  };
}
