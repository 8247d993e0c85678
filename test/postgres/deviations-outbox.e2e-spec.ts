// What people do with deviations, and what waits to be sent: in order, leased, once settled settled for good.
import type { DeviationUpdate } from '../../src/alerting/deviation-store.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import type { OutboxMessage } from '../../src/alerting/outbox-message.js';
import { batch, change, deviation, header, message } from './change.js';
import { type TestDatabase, testDatabase } from './test-database.js';

let test: TestDatabase;
let store: PostgresWatchStore;
let deviations: PostgresDeviationStore;
let outbox: PostgresOutboxStore;
beforeAll(async () => {
  test = await testDatabase();
  store = new PostgresWatchStore(test.database);
  deviations = new PostgresDeviationStore(test.database);
  outbox = new PostgresOutboxStore(test.database);
});
afterAll(() => test?.close());

const put = (...messages: OutboxMessage[]) => store.commit({ source: null, runs: [], messages });

describe('deviations', () => {
  it('are found by when they opened, also where more are left out than a query has parameters', async () => {
    const written = ['dev_asked', 'dev_new'].map((id) => ({
      ...{ type: 'opened' as const, deviation: deviation('many', { id, openedAt: 9e12 }) },
    }));
    await store.commit(batch(change(header('many'), { deviations: written })));
    const except = [...Array.from({ length: 40_000 }, (_, n) => `dev_gone_${n}`), 'dev_asked'];
    expect((await deviations.openedSince(9e12, except, 10)).map(({ id }) => id)).toEqual(['dev_new']);
  });

  it('are listed newest first, page by page, by run, status and kind', async () => {
    const all = Array.from({ length: 5 }, (_, n) =>
      deviation('lists', {
        id: `dev_list_${n}`,
        openedAt: n < 3 ? 100 : 200 + n,
        kind: n === 4 ? 'non-finite' : 'shift',
        status: n === 0 ? 'resolved' : 'open',
        observed: n === 4 ? NaN : 2.5,
      }),
    );
    const written = all.map((one) => ({ type: 'opened' as const, deviation: one }));
    await store.commit(batch(change(header('lists'), { deviations: written })));
    const ids = async (filter: object): Promise<string[]> =>
      (await deviations.list({ run: 'lists', limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await ids({})).toEqual(['dev_list_4', 'dev_list_3', 'dev_list_2', 'dev_list_1', 'dev_list_0']);
    expect(await ids({ status: 'resolved' })).toEqual(['dev_list_0']);
    expect(await ids({ kind: 'non-finite' })).toEqual(['dev_list_4']);
    expect(await ids({ run: 'nobody' })).toEqual([]);
    await expect(ids({ after: 'nonsense' })).rejects.toThrow('none that this list has given');
    const first = await deviations.list({ run: 'lists', limit: 3 });
    const second = await deviations.list({ run: 'lists', limit: 3, after: first.next! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(await ids({}));
    expect(second.next).toBeNull();
    expect(await deviations.find('dev_list_4')).toEqual(all[4]);
    expect(await deviations.find('dev_nobody')).toBeNull();
  });

  it('changed by a person tell who, and make a watch that holds the run look again', async () => {
    const opened = deviation('acked');
    await store.commit(batch(change(header('acked'), { deviations: [{ type: 'opened', deviation: opened }] })));
    const acked = deviation('acked', { version: 2, status: 'acknowledged', acknowledgedBy: 'ada' });
    const update = {
      deviation: acked,
      fromVersion: 1,
      type: 'acknowledged',
      actor: 'ada',
      messages: [message('ack', { deviationId: opened.id })],
    };
    expect(await deviations.updateAll([update])).toBe(true);
    expect(await deviations.updateAll([{ ...update, messages: [message('ack-2')] }])).toBe(false);
    expect(await deviations.find(opened.id)).toEqual(acked);
    const story = await deviations.story(opened.id);
    expect(story.map(({ version, type, actor }) => [version, type, actor])).toEqual([
      [1, 'opened', null],
      [2, 'acknowledged', 'ada'],
    ]);
    expect(story.map(({ deviation: at }) => at)).toEqual([opened, acked]);
    expect(await deviations.notifications(opened.id)).toMatchObject([{ id: 'ack', state: 'pending', tries: 0 }]);
    expect(await test.database.query(`select from outbox where id = 'ack-2'`)).toEqual([]);
    expect(await store.commit(batch(change(header('acked', { version: 1 }))))).toMatchObject({ status: 'stale' });
    expect((await store.load(['acked']))[0]).toMatchObject({ header: { version: 2 }, deviations: [acked] });
  });

  it('are changed by one person at a time', async () => {
    const opened = deviation('crowd');
    await store.commit(batch(change(header('crowd'), { deviations: [{ type: 'opened', deviation: opened }] })));
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map((actor) =>
        deviations.updateAll([
          {
            deviation: deviation('crowd', { version: 2, acknowledgedBy: actor }),
            fromVersion: 1,
            type: 'acknowledged',
            actor,
            messages: [],
          },
        ]),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await deviations.story(opened.id)).toHaveLength(2);
  });
});

describe('the outbox', () => {
  it('gives due messages oldest first, of each deviation only the earliest that waits', async () => {
    const of = (id: string, deviationId: string) => message(id, { channel: 'order', deviationId, createdAt: 100 });
    await put(of('a1', 'a'), of('b1', 'b'), of('a2', 'a'), of('c1', 'c'), of('b2', 'b'));
    const claim = async (now: number, limit = 10): Promise<string[]> =>
      (await outbox.claim('order', now, limit, 1_000)).map(({ id }) => id);
    expect(await claim(99)).toEqual([]);
    expect(await claim(100, 2)).toEqual(['a1', 'b1']);
    expect(await claim(100)).toEqual(['c1']);
    await outbox.sent('a1', 110);
    await outbox.retry('b1', 5_000, 'HTTP 503\u0000');
    expect(await claim(120)).toEqual(['a2']);
    await outbox.failed('b1', 130, 'gone');
    expect(await claim(140)).toEqual(['b2']);
    expect(await deviations.notifications('b')).toMatchObject([
      { id: 'b1', state: 'failed', tries: 2, lastError: 'gone', sentAt: null },
      { id: 'b2', state: 'pending', tries: 0 },
    ]);
    expect(await deviations.notifications('a')).toMatchObject([{ id: 'a1', state: 'sent', sentAt: 110, tries: 1 }, {}]);
  });

  it('gives what has begun before news of what is known, and never a deviation twice at once', async () => {
    const of = (id: string, deviationId: string, type: OutboxMessage['type']) =>
      message(id, { channel: 'begun', deviationId, type, createdAt: 0 });
    await put(
      of('known', 'k', 'updated'),
      of('over', 'o', 'resolved'),
      of('new', 'n', 'opened'),
      of('news', 'n', 'updated'),
    );
    expect((await outbox.claim('begun', 1, 2, 500)).map(({ id }) => id)).toEqual(['new', 'known']);
    expect((await outbox.claim('begun', 1, 2, 500)).map(({ id }) => id)).toEqual(['over']);
  });

  it('gives a claim that was not settled again when its lease is over', async () => {
    await put(message('leased', { channel: 'lease', createdAt: 0 }));
    expect(await outbox.claim('lease', 1_000, 5, 500)).toMatchObject([{ id: 'leased', body: '{"n":1}', tries: 0 }]);
    expect(await outbox.claim('lease', 1_499, 5, 500)).toEqual([]);
    expect(await outbox.claim('lease', 1_500, 5, 500)).toHaveLength(1);
  });

  it('gives what was given back untried to the next at once, as if it had never been claimed', async () => {
    await put(
      ...['r-a', 'r-b', 'r-c'].map((id) => message(id, { channel: 'back', deviationId: id, createdAt: 0 })),
      message('r-a-2', { channel: 'back', deviationId: 'r-a', createdAt: 0 }),
    );
    const [first, ...rest] = await outbox.claim('back', 1_000, 10, 60_000);
    await outbox.sent(first!.id, 1_010);
    await outbox.release(rest, 1_020, 61_000);
    expect(await outbox.claim('back', 1_019, 10, 60_000)).toMatchObject([{ id: 'r-a-2' }]);
    expect(await outbox.claim('back', 1_020, 10, 60_000)).toMatchObject([
      { id: 'r-b', tries: 0 },
      { id: 'r-c', tries: 0 },
    ]);
  });

  it('is not given back what is over, or what another has claimed since the lease ended', async () => {
    const ids = ['l-sent', 'l-later', 'l-failed', 'l-theirs'];
    await put(...ids.map((id) => message(id, { channel: 'late', deviationId: id, createdAt: 0 })));
    const ours = await outbox.claim('late', 1_000, 10, 500);
    await outbox.sent('l-sent', 1_100);
    await outbox.retry('l-later', 9_000, 'HTTP 503');
    await outbox.failed('l-failed', 1_100, 'gone');
    expect(await outbox.claim('late', 1_500, 10, 500)).toMatchObject([{ id: 'l-theirs' }]);
    await outbox.release(ours, 1_600, 1_500);
    expect(await outbox.claim('late', 1_700, 10, 500)).toEqual([]);
    expect(await outbox.claim('late', 2_000, 10, 500)).toMatchObject([{ id: 'l-theirs', tries: 0 }]);
    expect(await outbox.claim('late', 9_000, 10, 500)).toMatchObject([{ id: 'l-later', tries: 1 }, { id: 'l-theirs' }]);
  });

  it('gives no message to two senders', async () => {
    const messages = Array.from({ length: 40 }, (_, n) =>
      message(`shared-${n}`, { channel: 'shared', deviationId: `d${n}`, createdAt: 0 }),
    );
    await put(...messages);
    const claims = await Promise.all(Array.from({ length: 8 }, () => outbox.claim('shared', 10, 10, 60_000)));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(10);
  });

  it('keeps what was sent as sent, whatever a slower sender says', async () => {
    await put(message('slow', { channel: 'slow', deviationId: 'slow' }));
    await outbox.sent('slow', 5);
    await outbox.retry('slow', 6, 'timed out');
    await outbox.failed('slow', 7, 'timed out');
    expect(await deviations.notifications('slow')).toMatchObject([{ state: 'sent', sentAt: 5, tries: 1 }]);
  });

  it('puts what a channel refuses for good before its fallback, once', async () => {
    await put(message('dead/dev/1', { channel: 'dead', deviationId: 'dev' }));
    await outbox.failed('dead/dev/1', 2_000, 'token revoked', 'spare');
    await outbox.failed('dead/dev/1', 3_000, 'token revoked', 'spare');
    expect(await outbox.claim('spare', 2_000, 5, 500)).toMatchObject([
      { id: 'spare/dev/1', body: '{"n":1}', tries: 0 },
    ]);
    expect(await deviations.notifications('dev')).toMatchObject([
      { id: 'dead/dev/1', state: 'failed', lastError: 'token revoked' },
      { id: 'spare/dev/1', state: 'pending' },
    ]);
  });

  it('knows what a channel was sent as, and which deviation a service speaks of', async () => {
    await put(
      message('r1', { channel: 'receipts', deviationId: 'r', createdAt: 0 }),
      message('r2', { channel: 'receipts', deviationId: 'r', createdAt: 0 }),
    );
    expect(await outbox.claim('receipts', 1, 5, 500)).toMatchObject([{ id: 'r1', first: null }]);
    await outbox.sent('r1', 5, { ids: ['$event', '$picture'] });
    expect(await outbox.claim('receipts', 6, 5, 500)).toMatchObject([
      { id: 'r2', first: { ids: ['$event', '$picture'] } },
    ]);
    expect(await outbox.deviationOf('receipts', '$picture')).toBe('r');
    // Somebody deleted the message, and another took its place: from then on that one is edited.
    await outbox.sent('r2', 7, { ids: ['$again'] });
    await put(message('r3', { channel: 'receipts', deviationId: 'r', createdAt: 8 }));
    expect(await outbox.claim('receipts', 9, 5, 500)).toMatchObject([{ id: 'r3', first: { ids: ['$again'] } }]);
    expect(await outbox.deviationOf('receipts', '$event')).toBe('r');
    expect(await outbox.deviationOf('receipts', '$other')).toBeNull();
  });

  it('knows which messages of a channel are still open, and what people did with them', async () => {
    const [one, over, part] = ['open_one', 'open_over', 'open_part'].map((id) =>
      deviation('open-run', { id: `dev_${id}` }),
    );
    const event = deviation('open-run', { id: 'dev_open_event', run: null, runs: ['open-run'], kind: 'data-event' });
    const opened = [one!, { ...over!, status: 'resolved' as const }, { ...part!, eventId: event.id }, event];
    await store.commit({
      ...batch(
        change(header('open-run'), { deviations: opened.map((of) => ({ type: 'opened' as const, deviation: of })) }),
      ),
      messages: opened
        .slice(0, 3)
        .map(({ id }) => message(`${id}/1`, { channel: 'opens', deviationId: id, createdAt: 0 })),
    });
    for (const { id } of opened.slice(0, 3)) await outbox.sent(`${id}/1`, 10, { ids: [`ts-${id}`], place: 'C1' });
    const acknowledged = { ...one!, version: 2, status: 'acknowledged' as const };
    const update = { deviation: acknowledged, fromVersion: 1, type: 'acknowledged', actor: 'ada', messages: [] };
    expect(await deviations.updateAll([update as DeviationUpdate])).toBe(true);
    expect(await outbox.openMessages('opens')).toEqual([
      { deviation: part!.id, ids: [`ts-${part!.id}`], place: 'C1', done: [], doneAt: null },
      { deviation: one!.id, ids: [`ts-${one!.id}`], place: 'C1', done: ['acknowledged'], doneAt: expect.any(Number) },
    ]);
    expect(await outbox.openMessages('elsewhere')).toEqual([]);
  });

  it('says how much waits, for how long, and what was given up', async () => {
    await put(
      message('d1', { channel: 'depth', deviationId: 'd1', createdAt: 1_000 }),
      message('d2', { channel: 'depth', deviationId: 'd2', createdAt: 2_000 }),
      message('d3', { channel: 'depth', deviationId: 'd3', createdAt: 500 }),
      message('e1', { channel: 'depth-empty', deviationId: 'e1' }),
    );
    await outbox.failed('d3', 2_500, 'no');
    await outbox.sent('e1', 2_500);
    const depth = (await outbox.depth(3_000)).filter(({ channel }) => channel.startsWith('depth'));
    expect(depth).toEqual([{ channel: 'depth', waiting: 2, oldestAge: 2_000, failed: 1 }]);
  });
});
