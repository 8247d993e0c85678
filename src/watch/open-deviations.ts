// The open deviations of one run: opened, followed and resolved, by the detector's word, by the clock's and by the family's law.
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
import type { MonitorEvent } from '../core/detection/monitor-types.js';
import type { RunHeader } from '../runs/run-header.js';
import type { RunJudge } from './run-judge.js';
import { silence } from './silence.js';
import { spentBy } from './spent.js';

/** Records older than this on arrival are history: their deviations are shown, not sent. */
const HISTORY_MS = 3_600_000;

/** Whether what a record of this time shows is history, at the clock's time `now`; both in milliseconds. */
export const isHistory = (time: number, now: number): boolean => now - time > HISTORY_MS;

/** What the next commit must write of them, and who is to be told. */
export interface DeviationNews {
  changes: DeviationChange[];
  messages: OutboxMessage[];
}

type Place = Pick<Deviation, 'metric' | 'attempt' | 'openedAtStep'>;

export class OpenDeviations {
  private readonly byPlace = new Map<string, Deviation>();
  private news: DeviationNews = { changes: [], messages: [] };
  /** Found by a detector of an older version. */
  private orphans: Deviation[] = [];

  constructor(
    private readonly header: RunHeader,
    private readonly judge: Pick<RunJudge, 'tokensLogged'>,
    private readonly policy: AlertPolicy,
    stored: readonly Deviation[],
  ) {
    for (const deviation of stored) this.byPlace.set(keyOf(deviation), deviation);
  }

  get isEmpty(): boolean {
    return this.byPlace.size === 0;
  }

  /** One of them changed since the last `drain`. */
  get hasNews(): boolean {
    return this.news.changes.length > 0;
  }

  /** Something is open that ends with the run: what the family's law says of an ended run does not. */
  get endWithRun(): boolean {
    return this.some(({ kind }) => kind !== 'off-law');
  }

  /** The run's own values are worse than predicted. */
  get isAmiss(): boolean {
    return this.some(({ kind, side }) => kind !== 'silent' && side === 'worse');
  }

  drain(): DeviationNews {
    const { news } = this;
    this.news = { changes: [], messages: [] };
    return news;
  }

  /** The detector was renewed: what the old one found is over at the next record. */
  orphan(): void {
    this.orphans = [...this.byPlace.values()].filter(({ kind }) => kind !== 'silent');
  }

  dropOrphans(now: number): void {
    for (const orphan of this.orphans.splice(0)) {
      const evidence = [...orphan.evidence, 'the detector was renewed and begins anew'];
      this.note(resolveDeviation(this.sighted(), { ...orphan, evidence }, null, now), now);
    }
  }

  follow(event: MonitorEvent, now: number, history: boolean): void {
    const before = this.byPlace.get(keyOf(event));
    if (event.type === 'opened') this.open(event, event, { now, history });
    // Resolved by hand, or never sent: the detector's later word changes nothing.
    else if (before && event.type === 'updated') this.note(updateDeviation(this.sighted(), before, event), now);
    else if (before) this.note(resolveDeviation(this.sighted(), before, event, now), now);
  }

  /** The run stopped sending without a word. */
  fallSilent(now: number, reason: string): void {
    const { attempt, lastSeq, newestStep, lastTime } = this.header;
    // By sequence number, not step: a run may fall silent twice behind one step.
    const place = { attempt, openedAtStep: lastSeq };
    this.open(silence(newestStep, [reason]), place, { now, history: isHistory(lastTime ?? now, now) });
  }

  breakSilence(step: number, now: number): void {
    for (const deviation of this.byPlace.values())
      if (deviation.kind === 'silent')
        this.note(resolveDeviation(this.sighted(), deviation, silence(step, deviation.evidence), now), now);
  }

  /** The finished run lies off its family's law; a second time changes nothing. */
  leaveLaw(seen: Sighting, now: number): void {
    const { attempt, newestStep: step, lastTime } = this.header;
    const place = { attempt, openedAtStep: step };
    if (this.byPlace.has(keyOf({ ...place, metric: seen.metric }))) return;
    const history = isHistory(lastTime ?? now, now);
    this.open({ ...seen, step, startedAtStep: step }, place, { now, history });
  }

  /** The law, as it is now, says of the run what was measured. */
  returnToLaw(metric: string, now: number): void {
    for (const deviation of [...this.byPlace.values()])
      if (deviation.kind === 'off-law' && deviation.metric === metric)
        this.note(resolveDeviation(this.sighted(), deviation, null, now), now);
  }

  /** Once the run has caught up with the present, what was found in its history and is still open becomes news. */
  releaseHistory(now: number): void {
    const { id, lastSeq, unsentHistory } = this.header;
    if (this.isEmpty && unsentHistory === 0) return;
    this.news.messages.push(...summariesFor(id, unsentHistory, lastSeq, this.policy, now));
    this.header.unsentHistory = 0;
    for (const deviation of this.byPlace.values()) {
      if (!deviation.history) continue;
      this.note({ type: 'opened', deviation: { ...deviation, history: false, version: deviation.version + 1 } }, now);
    }
  }

  private open(
    seen: Sighting,
    { attempt, openedAtStep }: Omit<Place, 'metric'>,
    at: { now: number; history: boolean },
  ): void {
    this.note(openDeviation(this.sighted(), seen, { attempt, openedAtStep }, at), at.now);
  }

  private note(change: DeviationChange, now: number): void {
    const key = keyOf(change.deviation);
    if (change.type === 'resolved') {
      this.byPlace.delete(key);
      if (change.deviation.history) this.header.unsentHistory++;
    } else this.byPlace.set(key, change.deviation);
    // Decided at once, not at the commit: whoever was told of one version must hear of the next in the same batch, too.
    const { decision, messages } = decideAndWrite(change, this.policy, now);
    this.news.changes.push({ ...change, decision });
    this.news.messages.push(...messages);
  }

  private some(test: (deviation: Deviation) => boolean): boolean {
    for (const deviation of this.byPlace.values()) if (test(deviation)) return true;
    return false;
  }

  private sighted(): SightedRun {
    const { id, metadata, pace, lastSeq, newestStep } = this.header;
    const spent = spentBy(this.header, this.judge.tokensLogged);
    // Records do not come at every step.
    const msPerStep = pace.usualMs > 0 && newestStep > 0 ? pace.usualMs * Math.min(1, lastSeq / newestStep) : null;
    return { id, metadata, spent, msPerStep };
  }
}

const keyOf = ({ metric, attempt, openedAtStep }: Place): string => `${metric}\n${attempt}\n${openedAtStep}`;
