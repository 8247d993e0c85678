// Whether alerts reach anybody, as whoever looks at the service from outside is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Receiver, startReceiver } from './receiver.js';
import { type TestService, eventually, testService } from './test-service.js';

const READER = { authorization: 'Bearer rea-0123456789abcdef' };
const JOB = { authorization: 'Bearer job-0123456789abcdef' };
const folder = mkdtempSync(join(tmpdir(), 'offcurve-channels-'));
let dead: Receiver;
let spare: Receiver;
let away: Receiver;
let service: TestService;
const environment = () => ({
  OFFCURVE_TOKENS: 'rea:read:rea-0123456789abcdef,job:ingest:job-0123456789abcdef',
  OFFCURVE_CONFIG: join(folder, 'offcurve.yml'),
});
beforeAll(async () => {
  [dead, spare, away] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  const hook = ({ url }: Receiver) => `webhook: { url: "${url}", allow_private: true }`;
  writeFileSync(
    join(folder, 'offcurve.yml'),
    `channels:\n  dead: { ${hook(dead)}, fallback: spare }\n  spare: { ${hook(spare)} }\n  away: { ${hook(away)} }\n` +
      'routes:\n  - { match: { run: far }, channels: [away] }\n  - { channels: [dead] }\n',
  );
  service = await testService(environment());
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([dead, spare, away].map((one) => one?.close()));
  rmSync(folder, { recursive: true });
});

async function breakRun(run: string): Promise<void> {
  const records = [1, 2].map((step) => ({ run, step, metrics: { loss: null }, nonfinite: 'nan' }));
  expect((await service.call('POST', '/v1/metrics', records, JOB)).status).toBe(202);
}
const channel = async (name: string) => {
  const { status, json } = await service.call('GET', '/v1/channels', undefined, READER);
  expect(status).toBe(200);
  expect(json.items.map((item: { channel: string }) => item.channel)).toEqual(['dead', 'spare', 'away']);
  return json.items.find((item: { channel: string }) => item.channel === name);
};
/** Waits until something about a channel holds. */
const once = (name: string, holds: (of: Awaited<ReturnType<typeof channel>>) => boolean) =>
  eventually(async () => {
    const of = await channel(name);
    return holds(of) ? of : null;
  });

it('is in no trouble before anything was sent', async () => {
  expect(await channel('dead')).toEqual({
    ...{ channel: 'dead', service: 'webhook', waiting: 0, last_sent_at: null, trouble: null },
  });
  expect((await service.call('GET', '/v1/channels', undefined, JOB)).status).toBe(403);
});

it('names what was refused for good, and where it went, also after a restart, until a message gets through', async () => {
  dead.answers.push(410, 410);
  const before = Date.now();
  await breakRun('one');
  await once('dead', ({ trouble }) => trouble !== null);
  await breakRun('two');
  const { trouble } = await once('dead', (of) => of.trouble.given_up === 2);
  expect(trouble).toEqual({
    ...{ kind: 'refuses', since: expect.any(String), error: expect.stringContaining('answered 410') },
    ...{ given_up: 2, passed_on: 2, passed_to: 'spare' },
  });
  expect(Date.parse(trouble.since)).toBeGreaterThanOrEqual(before);
  await once('spare', ({ waiting, last_sent_at: at }) => waiting === 0 && at !== null);
  expect((await channel('spare')).trouble).toBeNull();
  await service.stop();
  service = await testService({ ...environment(), DATABASE_URL: service.databaseUrl });
  expect((await channel('dead')).trouble).toEqual(trouble);
  await breakRun('three');
  expect(await once('dead', (of) => of.trouble === null)).toMatchObject({
    waiting: 0,
    last_sent_at: expect.any(String),
  });
});

it('names what is tried again in vain once it has lasted a minute', async () => {
  away.answers.push(...Array.from({ length: 100 }, () => 503));
  await breakRun('far');
  await eventually(async () => away.received.length > 0);
  expect(await once('away', ({ waiting }) => waiting === 1)).toMatchObject({ trouble: null });
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(`update outbox set created_at = created_at - 61000 where channel = 'away'`);
  await client.end();
  const { trouble } = await once('away', (of) => of.trouble !== null);
  expect(trouble).toMatchObject({
    ...{ kind: 'stuck', error: expect.stringContaining('503'), given_up: 0, passed_on: 0, passed_to: null },
  });
});
