// What chat services ask is carried out once and remembered on the real database; what failed may be asked again.
import type { Request } from 'express';
import { REPEATED, carryOutOnce } from '../../src/alerting/carry-out-once.js';
import { DeviationHandling } from '../../src/alerting/handle-deviation.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import { ButtonsController } from '../../src/inbound/http/chat/buttons.controller.js';
import { ChatHandling } from '../../src/inbound/http/chat/chat-handling.js';
import { ChatSecrets } from '../../src/inbound/http/chat/chat-secrets.js';
import { PostgresChatRequests } from '../../src/outbound/postgres/postgres-chat-requests.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresOutboxStore } from '../../src/outbound/postgres/postgres-outbox-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import { LivePush } from '../../src/watch/live-push.js';
import { batch, change, deviation, header } from '../postgres/change.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

class Nobody extends LivePush {
  push(): void {}
  deviation(): void {}
}

/** A promise, and what resolves it. */
function signal(): [Promise<void>, () => void] {
  let give!: () => void;
  return [new Promise<void>((resolve) => (give = resolve)), () => give()];
}

let test: TestDatabase;
let requests: PostgresChatRequests;
beforeAll(async () => {
  test = await testDatabase();
  requests = new PostgresChatRequests(test.database);
});
afterAll(() => test?.close());

it('is taken by one of many that ask at once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => requests.claim('crowd', 60_000)));
  expect(answers.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'others'), 'ours']);
});

it('is new again when its time is over, whatever its length', async () => {
  const long = 'x'.repeat(1_000_000);
  expect(await requests.claim(long, 60_000)).toBe('ours');
  await requests.done(long, 60_000);
  expect(await requests.claim(long, 60_000)).toBe('done');
  await test.database.query(`update chat_requests set until = clock_timestamp() - interval '1 s'`);
  expect(await requests.claim(long, 60_000)).toBe('ours');
  expect(await test.database.query('select from chat_requests')).toHaveLength(1);
});

it('that is done stays done, whatever a slower one says of it', async () => {
  await requests.claim('slow', 60_000);
  await requests.done('slow', 60_000);
  await requests.forget('slow');
  expect(await requests.claim('slow', 60_000)).toBe('done');
});

it('that an instance was killed over is taken over by the repeat that waits', async () => {
  await requests.claim('killed', 300);
  expect(await carryOutOnce(requests, { id: 'killed', rememberedMs: 60_000 }, async () => 'by the other')).toBe(
    'by the other',
  );
});

it('that is repeated while it is carried out is carried out by the repeat where the first fails, and only once where not', async () => {
  const once = (id: string, work: () => Promise<string>) => carryOutOnce(requests, { id, rememberedMs: 60_000 }, work);
  for (const fails of [true, false]) {
    const id = `repeated, ${fails}`;
    const [begun, begin] = signal();
    const [ending, end] = signal();
    const first = once(id, async () => {
      begin();
      await ending;
      if (fails) throw new Error('the database is away');
      return 'first';
    });
    const settled = first.catch((error: Error) => error.message);
    await begun;
    const second = once(id, async () => 'second');
    end();
    expect([await settled, await second]).toEqual(fails ? ['the database is away', 'second'] : ['first', REPEATED]);
  }
});

it('that failed while the database was away is carried out when the service sends it again, and only then refused', async () => {
  const opened = deviation('pressed', { openedAt: Date.now(), startedAt: Date.now() });
  await new PostgresWatchStore(test.database).commit(
    batch(change(header('pressed'), { deviations: [{ type: 'opened', deviation: opened }] })),
  );
  const store = new PostgresDeviationStore(test.database);
  let isAway = true;
  const flaky = Object.assign(Object.create(store) as PostgresDeviationStore, {
    find: (id: string) => (isAway ? Promise.reject(new Error('the database is away')) : store.find(id)),
  });
  const policy = new AlertPolicy([], { publicUrl: 'http://offcurve.test' });
  const handling = new DeviationHandling({ store: flaky, policy, nudge: () => undefined, clock: Date.now });
  const controller = new ButtonsController(
    new ChatSecrets({ secrets: [], channels: [] }, { secrets: ['other-bot', 'this-bot'], channels: ['phone'] }),
    new ChatHandling(handling, new PostgresOutboxStore(test.database), new Nobody()),
    new SignedLinks('http://offcurve.test', null),
    requests,
  );
  const press = (secret: string) => {
    const update = {
      update_id: 7,
      callback_query: { id: '1', data: `ack:${opened.id}`, from: { id: 5, username: 'eve' } },
    };
    const header = () => secret;
    return controller.telegram({ body: Buffer.from(JSON.stringify(update)), header } as unknown as Request);
  };
  await expect(press('this-bot')).rejects.toThrow('the database is away');
  isAway = false;
  expect(await press('this-bot')).toMatchObject({ text: 'Done: acknowledged.' });
  expect(await press('this-bot')).toEqual({});
  // Another bot counts its updates by itself.
  expect(await press('other-bot')).toMatchObject({ text: expect.stringContaining('acknowledged already by eve') });
});
