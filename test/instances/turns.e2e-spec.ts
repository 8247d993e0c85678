// What one instance at a time does: people's words in a chat are read by one, and by another when that one stops, hangs or dies.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelPlaces } from '../../src/alerting/channel-places.js';
import { HeldPlaces } from '../../src/alerting/held-places.js';
import { OneInstance } from '../../src/alerting/one-instance.js';
import { PostgresChannelPlaces } from '../../src/outbound/postgres/postgres-channel-places.js';
import { PostgresLeases } from '../../src/outbound/postgres/postgres-leases.js';
import { FakeTelegram } from '../alerting/fakes/fake-telegram.js';
import { type TestService, eventually, testService } from '../http/test-service.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

let db: TestDatabase;
beforeAll(async () => (db = await testDatabase()));
afterAll(() => db?.close());

/** An instance that takes turns; its clock can be moved as a freeze moves it. */
class Instance {
  now = Date.now();
  runs = false;
  places: ChannelPlaces = new PostgresChannelPlaces(db.database);
  readonly turn: OneInstance;

  constructor(name: string) {
    this.turn = new OneInstance({
      ...{ name, holder: randomUUID(), leases: new PostgresLeases(db.database), clock: () => this.now },
      onError: (error) => {
        throw error;
      },
      begin: (isHeld) => {
        this.places = new HeldPlaces(new PostgresChannelPlaces(db.database), isHeld);
        return { start: () => void (this.runs = true), stop: async () => void (this.runs = false) };
      },
    });
  }
}

/** The holder has not renewed for so long that the database gives its turn away. */
const runOut = (name: string) =>
  db.database.query(`update leases set until = clock_timestamp() - interval '1 s' where name = $1`, [name]);

it('of those that ask at once one runs, and the next one when it stops', async () => {
  const all = Array.from({ length: 5 }, () => new Instance('stops'));
  await Promise.all(all.map(({ turn }) => turn.look()));
  const holders = all.filter(({ runs }) => runs);
  expect(holders).toHaveLength(1);
  await Promise.all(all.map(({ turn }) => turn.look()));
  expect(all.filter(({ runs }) => runs)).toEqual(holders);
  await holders[0]!.turn.stop();
  expect(holders[0]!.runs).toBe(false);
  const [next] = all.filter((one) => one !== holders[0]);
  await next!.turn.look();
  expect(next!.runs).toBe(true);
});

it('one that was frozen past its turn neither acts nor writes where it stood, and waits for its next turn', async () => {
  const [frozen, other] = [new Instance('frozen'), new Instance('frozen')];
  await frozen.turn.look();
  await frozen.places.save('room', 'frozen was here');
  await other.turn.look();
  expect([frozen.runs, other.runs]).toEqual([true, false]);
  frozen.now += 31_000;
  await runOut('frozen');
  await other.turn.look();
  await other.places.save('room', 'other was here');
  await expect(frozen.places.save('room', 'late')).rejects.toThrow('another instance listens by now');
  expect(await frozen.places.load('room')).toBe('other was here');
  await frozen.turn.look();
  expect([frozen.runs, other.runs]).toEqual([false, true]);
});

describe('two services with one bot', () => {
  const dir = mkdtempSync(join(tmpdir(), 'offcurve-turns-'));
  const services: TestService[] = [];
  // The same bot as each of them sees it, so that it can be told who asks.
  const bots = [new FakeTelegram(), new FakeTelegram()];
  const asked = [0, 0];
  beforeAll(async () => {
    for (const [at, bot] of bots.entries()) {
      await bot.start();
      bot.heard = ({ path }) => void (path.endsWith('/getUpdates') && asked[at]!++);
      const file = join(dir, `${at}.yml`);
      const channel = { token: bot.token, chat: bot.chat, api_url: bot.url, allow_private: true };
      const config = { channels: { room: { telegram: channel } }, routes: [{ channels: ['room'] }] };
      writeFileSync(file, JSON.stringify(config));
      const databaseUrl = services[0]?.databaseUrl;
      services.push(await testService({ OFFCURVE_CONFIG: file, ...(databaseUrl && { DATABASE_URL: databaseUrl }) }));
    }
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    for (const bot of bots) await bot.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const said = (data: string) => ({
    callback_query: { id: data, data, from: { id: 5, is_bot: false, username: 'ada' } },
  });

  it('only one asks what people did; the other goes on where that one stops, and nothing is done twice', async () => {
    const [first, second] = services as [TestService, TestService];
    await first.call(
      'POST',
      '/v1/metrics',
      [1, 2, 3, 4].map((step) => ({ run: 'r', step, metrics: { loss: null }, nonfinite: 'nan' })),
    );
    const { id } = (await first.call('GET', '/v1/deviations?run=r')).json.items[0];
    const statusIs = (status: string) =>
      eventually(async () => (await second.call('GET', `/v1/deviations/${id}`)).json.status === status, 30_000);
    bots.forEach((bot) => bot.happen(said(`ack:${id}`)));
    await statusIs('acknowledged');
    expect(asked[0]).toBeGreaterThan(0);
    expect(asked[1]).toBe(0);
    await first.stop();
    services.shift();
    const stopped = asked[0];
    // The second one sees the first press again: how far it was read is known.
    bots.forEach((bot) => bot.happen(said(`res:${id}`)));
    await statusIs('resolved');
    expect(asked[0]).toBe(stopped);
    expect(bots[1]!.answered).toHaveLength(1);
    const story = (await second.call('GET', `/v1/deviations/${id}/story`)).json.items as { type: string }[];
    expect(story.map(({ type }) => type)).toEqual(['opened', 'acknowledged', 'resolved']);
  });
});
