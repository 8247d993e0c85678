// One run's deviation by the clock, on the real database: a test moves the clock and reads from the outbox what was said.
import { AlertClock } from '../../src/alerting/alert-clock.js';
import type { NotificationType } from '../../src/alerting/decide-notification.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { DeviationHandling, type HandlingAction } from '../../src/alerting/handle-deviation.js';
import { AlertPolicy, decideAndWrite } from '../../src/alerting/notify.js';
import type { Route } from '../../src/alerting/route.js';
import { Silences } from '../../src/alerting/silences.js';
import type { Database } from '../../src/outbound/postgres/database.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresSilenceStore } from '../../src/outbound/postgres/postgres-silence-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { batch, change, deviation, header } from '../postgres/change.js';

export const START = Date.parse('2026-11-24T12:00:00Z');
export const MINUTE = 60_000;
export const PUBLIC_URL = 'http://offcurve.test';
/** The room, and after a quarter of an hour somebody's pager. */
export const ROUTES: Route[] = [{ channels: ['room'], escalate: { afterMs: 15 * MINUTE, channels: ['pager'] } }];

/** Times are minutes from the start. */
export class Timeline {
  readonly silences: Silences;
  readonly handling: DeviationHandling;
  private readonly store: PostgresDeviationStore;
  private readonly policy: AlertPolicy;
  private readonly clock: AlertClock;
  private now = START;

  constructor(
    private readonly database: Database,
    routes: Route[],
  ) {
    this.store = new PostgresDeviationStore(database);
    const clock = () => this.now;
    this.silences = new Silences(new PostgresSilenceStore(database), clock);
    this.policy = new AlertPolicy(routes, { publicUrl: PUBLIC_URL }, this.silences);
    const [nudge, changed] = [() => undefined, () => undefined];
    const onError = (error: unknown) => {
      throw error;
    };
    const refresh = () => this.silences.refresh();
    const { store, policy } = this;
    this.clock = new AlertClock({ store, policy, refresh, nudge, changed, onError, clock });
    this.handling = new DeviationHandling({ store, policy, nudge, clock });
  }

  async open(run: string, minute: number, parts: Partial<Deviation> = {}): Promise<void> {
    await this.to(minute);
    const opened = deviation(run, { openedAt: this.now, startedAt: this.now - MINUTE, ...parts });
    await this.commit(run, 0, 'opened', opened);
  }

  /** The watch sees more of it, or its end. */
  async seen(run: string, minute: number, type: 'updated' | 'resolved', parts: Partial<Deviation> = {}): Promise<void> {
    await this.to(minute);
    const before = await this.find(run);
    const end = type === 'resolved' ? { status: 'resolved' as const, resolvedAt: this.now } : {};
    const [stored] = await new PostgresWatchStore(this.database).load([run]);
    await this.commit(run, stored!.header.version, type, { ...before, ...end, ...parts, version: before.version + 1 });
  }

  async by(actor: string, run: string, minute: number, action: HandlingAction): Promise<void> {
    await this.to(minute);
    await this.handling.handle(`dev_${run}`, action, actor);
  }

  /** Moves the clock and looks at every minute on the way. */
  async to(minute: number): Promise<void> {
    for (; this.now < START + minute * MINUTE; this.now += MINUTE) await this.clock.look();
    await this.clock.look();
  }

  /** As the clock does when it looks once more, without time passing. */
  look(): Promise<number> {
    return this.clock.look();
  }

  async find(run: string): Promise<Deviation> {
    return (await this.store.find(`dev_${run}`))!;
  }

  /** The data events there are. */
  async events(): Promise<Deviation[]> {
    return (await this.store.list({ kind: 'data-event', limit: 100 })).items;
  }

  /** What was said of a deviation so far: channel, type, minute. */
  async said(run: string): Promise<string[]> {
    return this.saidOf(`dev_${run}`);
  }

  async saidOf(id: string): Promise<string[]> {
    const messages = await this.store.notifications(id);
    return messages.map(({ channel, type, createdAt }) => `${channel} ${type} ${(createdAt - START) / MINUTE}`);
  }

  async reasons(run: string): Promise<string[]> {
    return (await this.store.story(`dev_${run}`)).map(({ type, decision }) => `${type}: ${decision?.reason}`);
  }

  private async commit(run: string, version: number, type: NotificationType, changed: Deviation): Promise<void> {
    const { decision, messages } = decideAndWrite({ type, deviation: changed }, this.policy, this.now);
    const stored = batch(change(header(run, { version }), { deviations: [{ type, deviation: changed, decision }] }));
    await new PostgresWatchStore(this.database).commit({ ...stored, messages });
  }
}
