// One cause in several runs is one incident: they read the same batches, on the real database, by the clock.
import type { Deviation } from '../../src/alerting/deviation.js';
import type { DeviationUpdate } from '../../src/alerting/deviation-store.js';
import { DeviationHandling } from '../../src/alerting/handle-deviation.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import type { Route } from '../../src/alerting/route.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';
import { PUBLIC_URL, ROUTES, START, Timeline } from './timeline.js';

// Real servers on a busy machine.
jest.setTimeout(60_000);

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test?.close());

const timeline = (routes = ROUTES) => new Timeline(test.database, routes);

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

  it('open the event on the topic that hears of every deviation, whatever it heard of them before', async () => {
    const topic: Route = { channels: ['topic'], continue: true, everything: true };
    const line = timeline([topic, ...ROUTES]);
    for (const n of [1, 2]) await line.open(`topic-${n}`, 0, at(1_200, 'topic'));
    await line.to(1);
    const [event] = await ofOrder(line, 'topic');
    expect(event).toMatchObject({ thread: null });
    expect(await line.saidOf(event!.id)).toEqual(['topic opened 1', 'room opened 1']);
    expect(await line.said('topic-1')).toEqual(['topic opened 0', 'topic updated 1']);
  });

  it('and were told of apart hear of their ends where a third makes one cause of them', async () => {
    const line = timeline();
    await line.open('left', 0, at(2_000, 'bridge'));
    await line.open('right', 0, at(2_030, 'bridge'));
    await line.to(5);
    await line.open('middle', 5, at(2_015, 'bridge'));
    await line.to(6);
    const [event] = await ofOrder(line, 'bridge');
    expect(event).toMatchObject({ runs: ['left', 'right', 'middle'], thread: 'dev_left' });
    for (const run of ['left', 'right', 'middle']) await line.seen(run, 8, 'resolved');
    await line.to(9);
    expect(await line.saidOf(event!.id)).toEqual(['room opened 1', 'room updated 6', 'room resolved 8']);
    expect(await line.said('right')).toEqual(['room opened 1', 'room resolved 8']);
    expect(await line.said('middle')).toEqual([]);
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

  it('are ended by somebody in one commit, so that no crash leaves some of them open', async () => {
    const line = timeline();
    for (const n of [1, 2, 3]) await line.open(`cut-${n}`, 0, at(650, 'cut'));
    await line.to(1);
    const [event] = await ofOrder(line, 'cut');
    const store = new PostgresDeviationStore(test.database);
    let commits = 0;
    const dying = Object.assign(Object.create(store) as PostgresDeviationStore, {
      updateAll: (updates: readonly DeviationUpdate[]) =>
        ++commits > 1 ? Promise.reject(new Error('the process was killed')) : store.updateAll(updates),
    });
    const policy = new AlertPolicy(ROUTES, { publicUrl: PUBLIC_URL });
    const handling = new DeviationHandling({ store: dying, policy, nudge: () => undefined, clock: () => START });
    await handling.handle(event!.id, { kind: 'resolve' }, 'ada');
    const ends = [...(await store.partsOf(event!.id)), (await store.find(event!.id))!];
    expect(ends.map(({ status, resolvedBy }) => [status, resolvedBy])).toEqual(Array(4).fill(['resolved', 'ada']));
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
