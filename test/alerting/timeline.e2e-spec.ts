// A deviation's life by the clock, on the real database: changes at minutes, messages wanted between minutes.
import { AlertClock } from '../../src/alerting/alert-clock.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { quietHoursOf } from '../../src/alerting/quiet-hours.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { MINUTE, PUBLIC_URL, ROUTES, START, Timeline } from './timeline.js';

// Real servers on a busy machine.
jest.setTimeout(60_000);

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test?.close());

const timeline = (routes = ROUTES) => new Timeline(test.database, routes);

describe('a deviation', () => {
  it('that nobody acknowledges escalates once', async () => {
    const line = timeline();
    await line.open('escalates', 0);
    await line.to(14);
    expect(await line.said('escalates')).toEqual(['room opened 0']);
    await line.to(40);
    expect(await line.said('escalates')).toEqual(['room opened 0', 'room updated 15', 'pager opened 15']);
    expect(await line.reasons('escalates')).toEqual([
      'opened: route 1 matches',
      'escalated: nobody acknowledged it within 15 minutes',
    ]);
  });

  it('that somebody acknowledges in time does not escalate, even in the minute before it would', async () => {
    const line = timeline();
    await line.open('acked-in-time', 0);
    await line.by('ada', 'acked-in-time', 14, { kind: 'acknowledge' });
    await line.to(40);
    expect(await line.said('acked-in-time')).toEqual(['room opened 0', 'room updated 14']);
  });

  it('resolved by hand just before it would escalate says only that', async () => {
    const line = timeline();
    await line.open('resolved-in-time', 0);
    await line.by('ada', 'resolved-in-time', 14, { kind: 'resolve' });
    await line.to(30);
    expect(await line.said('resolved-in-time')).toEqual(['room opened 0', 'room resolved 14']);
  });

  it('that escalates in the minute in which the watch ends it is told as over to all, in that order', async () => {
    const line = timeline();
    await line.open('races', 0);
    await line.to(14);
    await Promise.all([line.seen('races', 15, 'resolved'), line.look()]);
    await line.to(40);
    const said = await line.said('races');
    expect(said.slice(-2).sort()).toEqual(['pager resolved 15', 'room resolved 15']);
    expect(said.slice(0, -2)).toEqual(['room opened 0', 'room updated 15', 'pager opened 15']);
  });

  it('that was snoozed comes back when the snooze ends, and escalates when nobody acknowledges it then', async () => {
    const line = timeline();
    await line.open('snoozed', 0);
    await line.by('ada', 'snoozed', 5, { kind: 'snooze', until: START + 65 * MINUTE });
    await line.to(64);
    expect(await line.said('snoozed')).toEqual(['room opened 0', 'room updated 5']);
    await line.to(79);
    expect(await line.said('snoozed')).toEqual(['room opened 0', 'room updated 5', 'room updated 65']);
    expect(await line.find('snoozed')).toMatchObject({ status: 'open', snoozedUntil: null, version: 3 });
    await line.to(100);
    expect((await line.said('snoozed')).slice(3)).toEqual(['room updated 80', 'pager opened 80']);
  });

  it('snoozed into a silence comes back and escalates when the silence is over', async () => {
    const line = timeline();
    const match = { run: 'snoozed-silent' };
    await line.open('snoozed-silent', 0);
    await line.by('ada', 'snoozed-silent', 5, { kind: 'snooze', until: START + 20 * MINUTE });
    await line.silences.create({ match, startsAt: null, endsAt: START + 60 * MINUTE, comment: 'new disks' }, 'ada');
    await line.to(59);
    expect(await line.said('snoozed-silent')).toEqual(['room opened 0', 'room updated 5']);
    await line.to(62);
    expect((await line.said('snoozed-silent')).slice(2)).toEqual([
      'room updated 60',
      'room updated 61',
      'pager opened 61',
    ]);
  });

  it('in quiet hours waits for their end, unless it diverges', async () => {
    const line = timeline([{ channels: ['room'], quietHours: quietHoursOf('11:00-13:00')! }]);
    await line.open('quiet-urgent', 0, { kind: 'divergence' });
    expect(await line.said('quiet-urgent')).toEqual(['room opened 0']);
    await line.open('quiet', 0);
    await line.to(59);
    expect(await line.said('quiet')).toEqual([]);
    await line.to(90);
    expect(await line.said('quiet')).toEqual(['room opened 60']);
    expect((await line.reasons('quiet'))[0]).toBe('opened: route 1: quiet hours until 2026-11-24T13:00:00.000Z');
  });

  it('that quiet hours held back escalates from when it was told, also where a topic heard of it at once', async () => {
    const line = timeline([
      { channels: ['topic'], continue: true, everything: true },
      { ...ROUTES[0]!, quietHours: quietHoursOf('11:00-13:00')! },
    ]);
    await line.open('quiet-topic', 0);
    await line.to(74);
    expect(await line.said('quiet-topic')).toEqual(['topic opened 0', 'topic updated 60', 'room opened 60']);
    await line.to(80);
    expect((await line.said('quiet-topic')).slice(3)).toEqual([
      'topic updated 75',
      'room updated 75',
      'pager opened 75',
    ]);
  });

  it('that sharpens into a kind that escalates does so, as long after that route was told', async () => {
    const line = timeline([
      { ...ROUTES[0]!, channels: ['oncall'], kinds: ['divergence'], continue: true },
      { channels: ['room'] },
    ]);
    await line.open('sharpens', 0, { kind: 'pending' });
    await line.seen('sharpens', 10, 'updated', { kind: 'divergence' });
    await line.to(24);
    expect(await line.said('sharpens')).toEqual(['room opened 0', 'room updated 10', 'oncall opened 10']);
    await line.to(60);
    expect((await line.said('sharpens')).slice(3)).toEqual(['room updated 25', 'oncall updated 25', 'pager opened 25']);
  });

  it('that another route was told of in quiet hours escalates only when they are over', async () => {
    const quiet = { ...ROUTES[0]!, channels: ['oncall'], quietHours: quietHoursOf('11:00-13:00')!, continue: true };
    const line = timeline([quiet, { channels: ['room'] }]);
    await line.open('quiet-room', 0);
    await line.to(74);
    expect(await line.said('quiet-room')).toEqual(['room opened 0', 'oncall opened 60']);
    await line.to(76);
    expect((await line.said('quiet-room')).slice(2).sort()).toEqual([
      'oncall updated 75',
      'pager opened 75',
      'room updated 75',
    ]);
  });

  it('is escalated once by two instances that look at once', async () => {
    const line = timeline();
    await line.open('twice', 0);
    const shown: Deviation[] = [];
    const store = new PostgresDeviationStore(test.database);
    const other = new AlertClock({
      store,
      policy: new AlertPolicy(ROUTES, { publicUrl: PUBLIC_URL }),
      nudge: () => undefined,
      changed: (deviation) => shown.push(deviation),
      onError: () => undefined,
      clock: () => START + 20 * MINUTE,
    });
    await Promise.all([other.look(), other.look(), other.look()]);
    expect(shown.filter(({ id }) => id === 'dev_twice')).toMatchObject([{ version: 2 }]);
    expect(await store.story('dev_twice')).toHaveLength(2);
  });
});

describe('a silence', () => {
  const until = (minute: number, run: string) => ({
    ...{ match: { run }, startsAt: null, endsAt: START + minute * MINUTE, comment: 'new disks' },
  });

  it('holds back what opens in it, and tells at its end what is still open', async () => {
    const line = timeline();
    await line.silences.create(until(30, 'still-open'), 'ada');
    await line.silences.create(until(30, 'over-meanwhile'), 'ada');
    await line.open('still-open', 5);
    await line.open('over-meanwhile', 5);
    await line.open('not-matched', 5);
    await line.seen('over-meanwhile', 10, 'resolved');
    await line.to(44);
    expect(await line.said('not-matched')).toEqual(['room opened 5', 'room updated 20', 'pager opened 20']);
    expect(await line.said('over-meanwhile')).toEqual([]);
    expect(await line.said('still-open')).toEqual(['room opened 30']);
    expect(await line.reasons('still-open')).toEqual([
      'opened: silenced by ada until 2026-11-24T12:30:00.000Z: new disks',
      'silence-ended: the silence is over; route 1 matches',
    ]);
    await line.to(45);
    expect((await line.said('still-open')).slice(1)).toEqual(['room updated 45', 'pager opened 45']);
  });

  it('made while something is open stops its updates and its escalation, not its end', async () => {
    const line = timeline();
    for (const run of ['ends-in-it', 'outlasts-it']) await line.open(run, 0);
    await line.to(10);
    for (const run of ['ends-in-it', 'outlasts-it']) await line.silences.create(until(60, run), 'ada');
    await line.seen('outlasts-it', 20, 'updated', { kind: 'drift' });
    await line.seen('ends-in-it', 30, 'resolved');
    await line.to(59);
    expect(await line.said('ends-in-it')).toEqual(['room opened 0', 'room resolved 30']);
    expect(await line.said('outlasts-it')).toEqual(['room opened 0']);
    await line.to(61);
    expect((await line.said('outlasts-it')).slice(1, 2)).toEqual(['room updated 60']);
    expect((await line.said('outlasts-it')).slice(2).sort()).toEqual(['pager opened 61', 'room updated 61']);
  });

  it('that somebody ends early lets go at once; one of two that overlap leaves the other', async () => {
    const line = timeline();
    const [long, short] = [
      await line.silences.create(until(600, 'early'), 'ada'),
      await line.silences.create(until(300, 'early'), 'bob'),
    ];
    await line.open('early', 1);
    await line.to(2);
    expect(await line.silences.expire(long.id)).toMatchObject({ endsAt: START + 2 * MINUTE });
    await line.to(4);
    expect(await line.said('early')).toEqual([]);
    await line.silences.expire(short.id);
    await line.to(6);
    expect(await line.said('early')).toEqual(['room opened 4']);
  });

  it('is refused where it ends in the past, before it begins, or nobody will remember it', async () => {
    const line = timeline();
    const asked = until(10, 'x');
    await expect(line.silences.create({ ...asked, endsAt: START }, 'ada')).rejects.toThrow('in the past');
    await expect(line.silences.create({ ...asked, startsAt: asked.endsAt + 1 }, 'ada')).rejects.toThrow('before it');
    await expect(line.silences.create({ ...asked, endsAt: START + 91 * 1440 * MINUTE }, 'ada')).rejects.toThrow(
      '90 days',
    );
  });
});
