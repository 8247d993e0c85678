// What chat services ask is carried out once and remembered on the real database; what failed may be asked again.
import type { Request } from 'express';
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

let test: TestDatabase;
let requests: PostgresChatRequests;
beforeAll(async () => {
  test = await testDatabase();
  requests = new PostgresChatRequests(test.database);
});
afterAll(() => test?.close());

it('is new to one of many that ask at once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => requests.isNew('crowd', 60_000)));
  expect(answers.filter(Boolean)).toHaveLength(1);
});

it('is new again when its time is over, whatever its length', async () => {
  const long = 'x'.repeat(1_000_000);
  expect(await requests.isNew(long, 60_000)).toBe(true);
  expect(await requests.isNew(long, 60_000)).toBe(false);
  await test.database.query(`update chat_requests set until = clock_timestamp() - interval '1 s'`);
  expect(await requests.isNew(long, 60_000)).toBe(true);
  expect(await test.database.query('select from chat_requests')).toHaveLength(1);
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
