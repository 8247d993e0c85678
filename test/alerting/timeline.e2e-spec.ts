// A deviation's life by the clock, on the real database: changes at minutes, messages wanted between minutes.
import { AlertClock } from '../../src/alerting/alert-clock.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { quietHoursOf } from '../../src/alerting/quiet-hours.js';
import type { Route } from '../../src/alerting/route.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { MINUTE, PUBLIC_URL, START, Timeline } from './timeline.js';

const ROUTES: Route[] = [{ channels: ['room'], escalate: { afterMs: 15 * MINUTE, channels: ['pager'] } }];

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

describe('runs that read the same batches', () => {
  const at = (step: number, dataOrder: string): Partial<Deviation> => ({
    ...{ dataOrder, startedAtStep: step, openedAtStep: step + 3, kind: 'spike' as const },
  });
  const ofOrder = async (line: Timeline, order: string) =>
    (await line.events()).filter(({ dataOrder }) => dataOrder === order);

  it('and leave their curves at one step are one message that lists all forty', async () => {
    const line = timeline();
    for (let n = 0; n < 40; n++) await line.open(`forty-${n}`, 0, at(41_200 + (n % 3), 'forty'));
    await line.to(1);
    const [event, ...more] = await ofOrder(line, 'forty');
    expect(more).toEqual([]);
    expect(event).toMatchObject({ run: null, kind: 'data-event', status: 'open', startedAtStep: 41_200 });
    expect([...event!.runs].sort()).toEqual(Array.from({ length: 40 }, (_, n) => `forty-${n}`).sort());
    expect(event!.evidence[0]).toContain('40 runs that read the same batches (forty)');
    expect(event!.evidence[0]).toContain('steps 41,200–41,202: 40 spike');
    expect(await line.saidOf(event!.id)).toEqual(['room opened 1']);
    expect(await line.said('forty-7')).toEqual([]);
    expect((await line.reasons('forty-7'))[1]).toBe(`joined: told as part of the data event ${event!.id}`);
  });

  it('are told of singly where they leave them elsewhere, to another side, or in another order', async () => {
    const line = timeline();
    await line.open('here', 0, at(1_000, 'apart'));
    await line.open('elsewhere', 0, at(1_100, 'apart'));
    await line.open('better', 0, { ...at(1_000, 'apart'), side: 'better', kind: 'better-than-predicted' });
    await line.open('other-order', 0, at(1_000, 'other'));
    await line.to(1);
    for (const run of ['here', 'elsewhere', 'better', 'other-order'])
      expect(await line.said(run)).toEqual(['room opened 1']);
    expect(await ofOrder(line, 'apart')).toEqual([]);
    expect((await line.reasons('here'))[0]).toBe('opened: waits for other runs that read the same batches');
  });

  it('and come later join the message that is there, told of together', async () => {
    const line = timeline();
    await line.open('first', 0, at(500, 'later'));
    await line.to(5);
    expect(await line.said('first')).toEqual(['room opened 1']);
    await line.open('second', 5, at(502, 'later'));
    await line.to(6);
    const [event] = await ofOrder(line, 'later');
    // It goes on with the message of the first.
    expect(event).toMatchObject({ thread: 'dev_first', runs: ['first', 'second'], told: ['room'] });
    expect(await line.saidOf(event!.id)).toEqual(['room opened 1', 'room updated 6']);
    for (const run of ['third', 'fourth']) await line.open(run, 8, at(501, 'later'));
    await line.to(12);
    expect((await line.saidOf(event!.id)).slice(2)).toEqual(['room updated 10']);
    expect((await ofOrder(line, 'later'))[0]!.runs).toHaveLength(4);
  });

  it('escalate when nobody acknowledges them, as long after the first was told as if it had stayed alone', async () => {
    const line = timeline();
    await line.open('pages-1', 0, at(800, 'pages'));
    await line.to(5);
    await line.open('pages-2', 5, at(801, 'pages'));
    await line.to(15);
    const [event] = await ofOrder(line, 'pages');
    expect(await line.saidOf(event!.id)).toEqual(['room opened 1', 'room updated 6']);
    await line.to(30);
    expect((await line.saidOf(event!.id)).slice(2)).toEqual(['room updated 16', 'pager opened 16']);
  });

  it('escalate not where somebody has acknowledged the first of them', async () => {
    const line = timeline();
    await line.open('known-1', 0, at(850, 'known'));
    await line.by('ada', 'known-1', 3, { kind: 'acknowledge' });
    await line.open('known-2', 5, at(851, 'known'));
    await line.to(40);
    const [event] = await ofOrder(line, 'known');
    expect((await line.saidOf(event!.id)).filter((said) => said.startsWith('pager'))).toEqual([]);
  });

  it('are over when the last of them is, or when somebody says so of the message', async () => {
    const line = timeline();
    for (const order of ['ends', 'ended']) for (const n of [1, 2]) await line.open(`${order}-${n}`, 0, at(700, order));
    await line.to(1);
    await line.seen('ends-1', 2, 'resolved');
    await line.to(3);
    expect((await ofOrder(line, 'ends'))[0]).toMatchObject({ status: 'open' });
    await line.seen('ends-2', 4, 'resolved');
    await line.to(5);
    expect((await ofOrder(line, 'ends'))[0]).toMatchObject({ status: 'resolved', resolvedBy: null });
    const [event] = await ofOrder(line, 'ended');
    await line.handling.handle(event!.id, { kind: 'false-alarm' }, 'ada');
    for (const run of ['ended-1', 'ended-2'])
      expect(await line.find(run)).toMatchObject({ status: 'resolved', falseAlarm: true, resolvedBy: 'ada' });
    expect(await line.saidOf(event!.id)).toEqual(['room opened 1', 'room resolved 5']);
  });

  it('are told of where a route asks for the kind of any of them, also when it was over before the wait was', async () => {
    const line = timeline([{ channels: ['room'], kinds: ['divergence'] }]);
    await line.open('mild', 0, at(900, 'kinds'));
    await line.open('worse', 0, { ...at(900, 'kinds'), kind: 'divergence' });
    await line.to(1);
    expect(await line.saidOf((await ofOrder(line, 'kinds'))[0]!.id)).toEqual(['room opened 1']);
    const all = timeline();
    await all.open('brief', 5, at(300, 'brief'));
    await all.seen('brief', 5, 'resolved');
    await all.to(6);
    expect(await all.said('brief')).toEqual(['room opened 6']);
  });

  it('are gathered once by two instances that look at once', async () => {
    const line = timeline();
    for (const n of [1, 2, 3]) await line.open(`race-${n}`, 0, at(60, 'race'));
    const others = [timeline(), timeline()];
    await Promise.all(others.map((other) => other.to(1)));
    await line.to(2);
    const events = await ofOrder(line, 'race');
    expect(events).toHaveLength(1);
    expect(events[0]!.runs).toHaveLength(3);
    expect((await line.saidOf(events[0]!.id)).filter((said) => said.includes('opened'))).toHaveLength(1);
  });
});

describe('the same step in other runs is a hint at the cause', () => {
  const at = (step: number, parts: Partial<Deviation>): Partial<Deviation> => ({
    ...{ startedAtStep: step, openedAtStep: step + 3, project: 'hinted' },
    ...parts,
  });

  it('of the same project, also of a run that is back on its curve', async () => {
    const line = timeline();
    await line.open('hint-first', 0, at(7_000, {}));
    await line.seen('hint-first', 1, 'resolved');
    await line.open('hint-second', 2, at(7_012, {}));
    await line.to(3);
    const hint =
      'the same step in other runs of the project hinted: hint-first at step 7,000 (shift) left their curves there, too';
    expect((await line.find('hint-second')).evidence).toEqual(['loss stays above its band', hint]);
    // Nobody is woken for a hint.
    expect(await line.said('hint-second')).toEqual(['room opened 2']);
    expect((await line.find('hint-first')).evidence).toEqual(['loss stays above its band']);
  });

  it('of the same batches, in the very message that it opened', async () => {
    const line = timeline();
    await line.open('order-first', 0, at(9_000, { dataOrder: 'hints' }));
    await line.to(1);
    await line.seen('order-first', 2, 'resolved');
    await line.open('order-second', 3, at(9_001, { dataOrder: 'hints' }));
    await line.to(4);
    const { evidence } = await line.find('order-second');
    expect(evidence.at(-1)).toBe(
      'the same step in other runs that read the same batches (hints): order-first at step 9,000 (shift) left their curves there, too',
    );
    expect(await line.said('order-second')).toEqual(['room opened 4']);
  });

  it('and is not said of another project or another step', async () => {
    const line = timeline();
    await line.open('apart-first', 0, at(11_000, {}));
    await line.open('apart-step', 1, at(11_100, {}));
    await line.open('apart-project', 1, at(11_000, { project: 'other' }));
    await line.to(2);
    for (const run of ['apart-first', 'apart-step', 'apart-project'])
      expect((await line.find(run)).evidence).toEqual(['loss stays above its band']);
  });
});
