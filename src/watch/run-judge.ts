// Judges one run, record by record: its place, its row, what its detector says. The same code live and offline, no effects.
import { RunEvidence } from '../core/detection/evidence/run-evidence.js';
import type { MonitorEvent, MonitorSettings, Standing } from '../core/detection/monitor-types.js';
import { RunMonitor } from '../core/detection/run-monitor.js';
import { type Leanings, RunForecaster } from '../forecast/run-forecaster.js';
import {
  type AttemptState,
  type Placement,
  advance,
  freshAttemptState,
  lookupFor,
  place,
  storedPlacement,
} from '../runs/attempt-rules.js';
import type { ContextEntry } from '../runs/context-entry.js';
import type { MetricRecord } from '../runs/metric-record.js';
import { samePlan } from '../runs/plan-of.js';
import type { KnownPoint, PointRow } from '../runs/point-row.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import { MetricDictionary } from './metric-dictionary.js';
import { monitorPlan } from './monitor-plan.js';
import { unpackReference } from './packed-reference.js';
import {
  type JudgeState,
  freshMonitor,
  packState,
  restoreEvidence,
  restoreForecaster,
  restoreMonitor,
  snapshotEvidence,
  snapshotForecaster,
  unpackState,
} from './judge-state.js';

/** What became of one record. */
export interface Judgement {
  placement: Placement;
  /** Rows to be stored: the record's own, before it those that a new attempt took over (`fromSeq`). None for repeats. */
  rows: { row: PointRow; fromSeq: number | null }[];
  events: MonitorEvent[];
  /** Context that took effect just before this record. */
  context: ContextEntry[];
}

/** The state of one run's judgement. Deterministic: the same records and context give the same judgements, whatever the batches. */
export class RunJudge {
  private attempts: AttemptState = freshAttemptState();
  /** Newest judged step of each metric in the newest attempt. */
  private judgedSteps: number[] = [];
  private effective: RunMetadata = {};
  /** The metadata as last compared with what is in effect: nearly every record comes with the same. */
  private said: RunMetadata | null = null;
  private seq = 0;
  private tokens: number | null = null;

  private constructor(
    readonly dictionary: MetricDictionary,
    readonly monitor: RunMonitor,
    readonly forecaster = new RunForecaster(),
    readonly evidence = new RunEvidence(),
  ) {}

  static fresh(settings: MonitorSettings, metricNames: readonly string[] = []): RunJudge {
    return new RunJudge(new MetricDictionary(metricNames.slice()), new RunMonitor(settings));
  }

  /**
   * @param leaning what the context said last before the snapshot
   * @param anew settings for a detector that begins anew, where the snapshot is of another version of the rules
   */
  static restore(metricNames: string[], packed: Uint8Array, leaning: unknown, anew: () => MonitorSettings): RunJudge {
    const { state, monitor, forecaster } = unpackState(packed);
    const restored = restoreMonitor(monitor);
    const judge = new RunJudge(
      new MetricDictionary(metricNames.slice()),
      restored ?? freshMonitor(anew(), state),
      restoreForecaster(forecaster, state.effective, (leaning ?? {}) as Leanings),
      // What was open is closed where the rules are new, on either side.
      restoreEvidence(restored ? state : { ...state, evidence: undefined }),
    );
    if (!restored) judge.forecaster.renew();
    judge.attempts = state.attempts;
    judge.judgedSteps = state.judgedSteps;
    judge.effective = state.effective;
    judge.seq = state.seq;
    judge.tokens = state.tokensLogged;
    return judge;
  }

  snapshot(): Uint8Array {
    const state: JudgeState = {
      attempts: this.attempts,
      judgedSteps: this.judgedSteps,
      effective: this.effective,
      seq: this.seq,
      tokensLogged: this.tokens,
      evidence: snapshotEvidence(this.evidence),
    };
    return packState(state, this.monitor.snapshot(), snapshotForecaster(this.forecaster));
  }

  get lastSeq(): number {
    return this.seq;
  }

  get attempt(): number {
    return this.attempts.attempt;
  }

  get newestStep(): number {
    return this.attempts.newestStep;
  }

  /** Tokens seen so far, as last logged; null where the run does not log them. */
  get tokensLogged(): number | null {
    return this.tokens;
  }

  /** How each judged metric stands, by name. */
  standings(): Record<string, Standing> {
    const standings: Record<string, Standing> = {};
    for (const name of this.dictionary.names) {
      const standing = this.monitor.standing(name);
      if (standing) standings[name] = standing;
    }
    return standings;
  }

  /** Which stored step `judge` must be given, or null where none is needed. */
  lookupFor(record: MetricRecord): { attempt: number; step: number } | null {
    return lookupFor(this.attempts, record);
  }

  /**
   * Judges one record.
   *
   * @param received milliseconds, for records without a time of their own
   * @param known what is stored of the step that `lookupFor` named
   * @param metadata the run's metadata as known now: where it says something new to the judgement, it takes effect here.
   * Null where a context recorded before says when
   * @param takeRows hands over late rows (by sequence number) that a new attempt takes
   */
  judge(
    record: MetricRecord,
    received: number,
    known: KnownPoint | null,
    metadata: RunMetadata | null,
    takeRows: (seqs: readonly number[]) => PointRow[],
  ): Judgement {
    const values = this.dictionary.row(record.metrics);
    const placed = { step: record.step, attempt: record.attempt, values };
    const placement = place(this.attempts, placed, known);
    const judgement: Judgement = { placement, rows: [], events: [], context: [] };
    if (placement.kind === 'repeat' || placement.kind === 'conflict') {
      advance(this.attempts, placed, placement, this.seq);
      return judgement;
    }
    if (metadata && metadata !== this.said && !samePlan(metadata, this.effective)) {
      const entry: ContextEntry = { seq: this.seq + 1, kind: 'metadata', metadata };
      judgement.context.push(entry);
      this.applyContext(entry);
    }
    this.said = metadata;
    const moved = placement.kind === 'new-attempt' ? takeRows(placement.moved) : [];
    if (placement.kind === 'new-attempt') this.beginAttempt(placement.attempt, moved[0]?.step ?? record.step);
    for (const old of moved) {
      const row = { ...old, seq: ++this.seq, attempt: placement.attempt, late: false };
      judgement.rows.push({ row, fromSeq: old.seq });
      this.observe(row, this.dictionary.named(row.values), judgement.events);
    }
    const row: PointRow = {
      seq: ++this.seq,
      attempt: placement.attempt,
      step: record.step,
      time: record.time ?? received,
      late:
        placement.kind === 'late' ||
        (placement.kind === 'part' && !this.isNews(placement.attempt, record.step, placement.values)),
      values: placement.values,
    };
    // Nearly always the only one; a list that grows by itself makes room for sixteen more.
    if (moved.length === 0) judgement.rows = [{ row, fromSeq: null }];
    else judgement.rows.push({ row, fromSeq: null });
    advance(this.attempts, placed, placement, row.seq);
    if (!row.late) {
      const named = placement.kind === 'part' ? this.dictionary.named(row.values) : record.metrics;
      this.observe(row, named, judgement.events);
    }
    return judgement;
  }

  /** Puts a context entry into effect, before the record that has its sequence number. */
  applyContext(entry: ContextEntry): MonitorEvent[] {
    switch (entry.kind) {
      case 'settings':
        this.monitor.configure(entry.settings as MonitorSettings);
        return [];
      case 'metadata':
        this.said = null;
        this.effective = entry.metadata;
        this.monitor.plan(monitorPlan(entry.metadata));
        this.forecaster.configure(entry.metadata);
        return [];
      case 'leaning':
        this.forecaster.lean(entry.leaning as Leanings);
        return [];
      case 'references':
        this.monitor.refer(entry.references.map(unpackReference));
        return [];
      case 'end':
        return this.evidence.end(this.monitor.standsOn.settings, this.monitor.end());
    }
  }

  /** Late rows that may turn out to be the start of a new attempt. */
  get rising(): readonly { seq: number; step: number }[] {
    return this.attempts.rising;
  }

  /** Rows do not tell a late step from a late part of a known step; only the former rises. Forgets rising rows up to `seq`. */
  forgetRising(seq: number): void {
    this.attempts.rising = this.attempts.rising.filter((row) => row.seq > seq);
  }

  /** Takes in a stored row as it was judged before, to bring a snapshot up to date. */
  replay(row: PointRow): void {
    if (!row.late && row.attempt > this.attempts.attempt && this.attempts.attempt > 0)
      this.beginAttempt(row.attempt, row.step);
    this.seq = row.seq;
    const placed = { step: row.step, attempt: null, values: row.values };
    const placement = storedPlacement(this.attempts, row);
    advance(this.attempts, placed, placement, row.seq);
    if (!row.late) this.observe(row, this.dictionary.named(row.values), []);
  }

  private beginAttempt(attempt: number, firstStep: number): void {
    this.judgedSteps = [];
    this.attempts.attempt = attempt;
    this.attempts.newestStep = firstStep - 1;
    this.attempts.newestValues = [];
    this.attempts.rising = [];
    const anew = this.monitor.beginAttempt(attempt, firstStep);
    this.evidence.beginAttempt(attempt, firstStep, anew);
    this.forecaster.beginAttempt(attempt);
  }

  private observe(
    { step, time, values: row }: PointRow,
    values: Readonly<Record<string, number>>,
    events: MonitorEvent[],
  ): void {
    for (let metric = 0; metric < row.length; metric++) if (row[metric] !== null) this.judgedSteps[metric] = step;
    if (Number.isFinite(values.tokens)) this.tokens = values.tokens!;
    this.forecaster.take(step, values);
    const seen = this.monitor.observe({ step, values });
    const { plan, settings } = this.monitor.standsOn;
    this.evidence.observe(step, time, values, plan, settings, seen);
    for (const event of seen) this.forecaster.note(event);
    if (seen.length > 0) events.push(...seen);
  }

  /** A later part is judged where each of its metrics has seen no later step. */
  private isNews(attempt: number, step: number, values: PointRow['values']): boolean {
    if (attempt !== this.attempts.attempt) return false;
    return values.every((value, metric) => value === null || (this.judgedSteps[metric] ?? -1) < step);
  }
}
