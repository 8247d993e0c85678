// Killed in the middle of commits, with its server or without: each batch is there whole or not at all, and none is lost
// that was said to be committed.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../../scripts/compiled.mjs';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { Database } from '../../src/outbound/postgres/database.js';
import { EmbeddedServer } from '../../src/outbound/postgres/embedded/embedded-server.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';

jest.setTimeout(120_000);

const RECORDS_A_BATCH = 600;

let dataDir: string;
let build: string;
beforeAll(async () => {
  build = await compiled('outbound/postgres', 'runs', 'watch', 'alerting', 'core');
  dataDir = mkdtempSync(join(tmpdir(), 'offcurve-crash-'));
  chmodSync(dataDir, 0o755);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Lets a writer run, kills it `after` ms behind its first commit, and gives the last offset that it said was committed. */
async function writeAndKill(after: number, group: boolean): Promise<bigint> {
  const parameters = [join(__dirname, 'commit-child.mjs'), build, dataDir, String(await freePort())];
  const writer = spawn(process.execPath, parameters, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    writer.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      resolve();
    });
    writer.once('exit', (code) => reject(new Error(`the writer ended by itself with code ${code}`)));
  });
  await new Promise((done) => setTimeout(done, after));
  process.kill(group ? -writer.pid! : writer.pid!, 'SIGKILL');
  await ended;
  return BigInt(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1)!);
}

async function expectWhole(committed: bigint): Promise<void> {
  const server = await EmbeddedServer.start({ dataDir, port: await freePort() });
  const database = new Database({ url: server.url });
  try {
    const store = new PostgresWatchStore(database);
    const reader = new PostgresRunReader(database);
    const offset = (await store.offsets('c', 't')).get(0)!;
    expect(offset).toBeGreaterThanOrEqual(committed);
    expect(offset - committed).toBeLessThanOrEqual(RECORDS_A_BATCH);
    const batches = Number(offset) / RECORDS_A_BATCH;
    for (const { header } of await store.load(['a', 'b', 'c'])) {
      expect(header.version).toBe(batches);
      const values: number[] = [];
      for await (const some of reader.points(header.id, 'loss')) values.push(...some.map(({ value }) => value));
      expect(values).toEqual(Array.from({ length: batches * 200 }, (_, step) => step / 3));
    }
    const messages = await database.query('select count(*)::int as n, count(distinct id)::int as ids from outbox');
    expect(messages).toEqual([{ n: batches, ids: batches }]);
  } finally {
    await database.close();
    await server.stop();
  }
}

it('with the service alone, and with its whole process group, again and again on the same data', async () => {
  for (let round = 0; round < 6; round++) {
    const committed = await writeAndKill(20 + ((round * 83) % 240), round % 2 === 1);
    await expectWhole(committed);
  }
});
