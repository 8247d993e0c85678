// A deviation's life by the clock, on the real database: changes at minutes, messages wanted between minutes.
import { AlertClock } from '../../src/alerting/alert-clock.js';
import { DeviationHandling, type HandlingAction } from '../../src/alerting/handle-deviation.js';
import { AlertPolicy, decideAndWrite } from '../../src/alerting/notify.js';
import { quietHoursOf } from '../../src/alerting/quiet-hours.js';
import type { Route } from '../../src/alerting/route.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { batch, change, deviation, header } from '../postgres/change.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

const START = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const ROUTES: Route[] = [{ channels: ['room'], escalate: { afterMs: 15 * MINUTE, channels: ['pager'] } }];

// Real servers on a busy machine.
jest.setTimeout(60_000);

let test: TestDatabase;
let store: PostgresDeviationStore;
beforeAll(async () => {
  test = await testDatabase();
  store = new PostgresDeviationStore(test.database);
});
afterAll(() => test?.close());

/** One run's deviation, with a clock that the test moves; what is said is read from the outbox. */
class Timeline {
  private now = START;
  private readonly policy: AlertPolicy;
  private readonly clock: AlertClock;
  private readonly handling: DeviationHandling;
  private readonly id: string;

  constructor(
    private readonly run: string,
    routes: Route[] = ROUTES,
  ) {
    this.id = `dev_${run}`;
    this.policy = new AlertPolicy(routes, { publicUrl: 'http://offcurve.test' });
    const clock = () => this.now;
    const nudge = () => undefined;
    const failed = (error: unknown) => {
      throw error;
    };
    const changed = () => undefined;
    this.clock = new AlertClock({ store, policy: this.policy, nudge, changed, onError: failed, clock });
    this.handling = new DeviationHandling({ store, policy: this.policy, nudge, clock });
  }

  async open(minute: number, parts: Partial<Deviation> = {}): Promise<void> {
    await this.to(minute);
    const opened = deviation(this.run, { id: this.id, openedAt: this.now, ...parts });
    const { decision, messages } = decideAndWrite({ type: 'opened', deviation: opened }, this.policy, this.now);
    const written = [{ type: 'opened' as const, deviation: opened, decision }];
    const stored = batch(change(header(this.run), { deviations: written }));
    await new PostgresWatchStore(test.database).commit({ ...stored, messages });
  }

  async by(actor: string, minute: number, action: HandlingAction): Promise<void> {
    await this.to(minute);
    await this.handling.handle(this.id, action, actor);
  }

  /** Moves the clock and looks at every minute on the way. */
  async to(minute: number): Promise<void> {
    for (; this.now < START + minute * MINUTE; this.now += MINUTE) await this.clock.look();
    await this.clock.look();
  }

  /** What was said so far: channel, type, minute. */
  async said(): Promise<string[]> {
    const messages = await store.notifications(this.id);
    return messages.map(({ channel, type, createdAt }) => `${channel} ${type} ${(createdAt - START) / MINUTE}`);
  }

  async reasons(): Promise<string[]> {
    return (await store.story(this.id)).map(({ type, decision }) => `${type}: ${decision?.reason}`);
  }
}

describe('a deviation', () => {
  it('that nobody acknowledges escalates once', async () => {
    const line = new Timeline('escalates');
    await line.open(0);
    await line.to(14);
    expect(await line.said()).toEqual(['room opened 0']);
    await line.to(40);
    expect(await line.said()).toEqual(['room opened 0', 'room updated 15', 'pager opened 15']);
    expect(await line.reasons()).toEqual([
      'opened: route 1 matches',
      'escalated: nobody acknowledged it within 15 minutes',
    ]);
  });

  it('that somebody acknowledges in time does not escalate, even in the minute in which it would', async () => {
    const line = new Timeline('acked-in-time');
    await line.open(0);
    await line.by('ada', 14, { kind: 'acknowledge' });
    await line.to(40);
    expect(await line.said()).toEqual(['room opened 0', 'room updated 14']);
  });

  it('resolved just before it would escalate says only that', async () => {
    const line = new Timeline('resolved-in-time');
    await line.open(0);
    await line.by('ada', 14, { kind: 'resolve' });
    await line.to(30);
    expect(await line.said()).toEqual(['room opened 0', 'room resolved 14']);
  });

  it('that was snoozed comes back when the snooze ends', async () => {
    const line = new Timeline('snoozed');
    await line.open(0);
    await line.by('ada', 5, { kind: 'snooze', until: START + 65 * MINUTE });
    await line.to(64);
    expect(await line.said()).toEqual(['room opened 0', 'room updated 5']);
    await line.to(80);
    expect(await line.said()).toEqual(['room opened 0', 'room updated 5', 'room updated 65']);
    expect((await store.find('dev_snoozed'))!).toMatchObject({ status: 'open', snoozedUntil: null, version: 3 });
  });

  it('in quiet hours waits for their end, unless it diverges', async () => {
    const quiet: Route[] = [{ channels: ['room'], quietHours: quietHoursOf('11:00-13:00')! }];
    const line = new Timeline('quiet', quiet);
    await line.open(0);
    await line.to(59);
    expect(await line.said()).toEqual([]);
    await line.to(90);
    expect(await line.said()).toEqual(['room opened 60']);
    expect((await line.reasons())[0]).toBe('opened: route 1: quiet hours until 2026-11-24T13:00:00.000Z');
    const urgent = new Timeline('quiet-urgent', quiet);
    await urgent.open(0, { kind: 'divergence' });
    expect(await urgent.said()).toEqual(['room opened 0']);
  });

  it('is escalated once by two instances that look at once', async () => {
    const line = new Timeline('twice');
    await line.open(0);
    const shown: Deviation[] = [];
    const other = new AlertClock({
      store,
      policy: new AlertPolicy(ROUTES, { publicUrl: 'http://offcurve.test' }),
      nudge: () => undefined,
      changed: (deviation) => shown.push(deviation),
      onError: () => undefined,
      clock: () => START + 20 * MINUTE,
    });
    const changed = await Promise.all([other.look(), other.look(), other.look()]);
    expect(changed.reduce((sum, n) => sum + n)).toBe(1);
    expect(shown).toMatchObject([{ id: 'dev_twice', version: 2 }]);
    expect(await store.story('dev_twice')).toHaveLength(2);
  });
});
