// Backup and restore of a database of one's own, step by step as docs/operations.md says, on Debian's PostgreSQL.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { type RunningService, startService } from '../../src/main.js';
import { createLog } from '../../src/settings/log.js';
import { readSettings } from '../../src/settings/settings.js';

jest.setTimeout(180_000);

const VERSIONS = '/usr/lib/postgresql';
const folder = mkdtempSync('/tmp/offcurve-dump-');
const data = join(folder, 'data');
const dump = join(folder, 'offcurve.dump');
let service: RunningService | null = null;
let port = 0;

/** A program of the server's own version; as the user postgres where root runs the tests, as the server wants it. */
function server(program: string, ...args: string[]): void {
  const [version] = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
  const command = join(VERSIONS, version!, 'bin', program);
  if (process.getuid!() !== 0) execFileSync(command, args, { stdio: 'ignore' });
  else execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], { stdio: 'ignore' });
}

const url = (database: string): string => `postgres://owner@127.0.0.1:${port}/${database}`;

async function create(database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url('postgres') });
  await client.connect();
  await client.query(`create database ${database}`);
  await client.end();
}

beforeAll(async () => {
  port = await new Promise<number>((done) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = listener.address() as { port: number };
      listener.close(() => done(free));
    });
  });
  if (process.getuid!() === 0) execFileSync('chown', ['postgres', folder]);
  server('initdb', '--pgdata', data, '--username', 'owner', '--auth', 'trust', '--encoding', 'UTF8');
  const options = `-p ${port} -h 127.0.0.1 -k ${folder}`;
  server('pg_ctl', '--pgdata', data, '--log', join(folder, 'log'), '--options', options, '--wait', 'start');
  await create('live');
});
afterAll(async () => {
  await service?.stop();
  server('pg_ctl', '--pgdata', data, '--mode', 'immediate', 'stop');
  rmSync(folder, { recursive: true, force: true });
});

const start = async (database: string): Promise<RunningService> =>
  (service = await startService(readSettings({ PORT: '0', DATABASE_URL: url(database) }), createLog('silent')));

async function send(run: string): Promise<void> {
  const records = Array.from({ length: 1_500 }, (_, step) => ({ run, step, metrics: { loss: 2 + step / 7 } }));
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${service!.url}/v1/metrics`, {
    method: 'POST',
    headers,
    body: JSON.stringify(records),
  });
  expect(status).toBe(202);
}

const points = async (run: string): Promise<string> =>
  (await fetch(`${service!.url}/v1/runs/${run}/points?metric=loss`)).text();

it('pg_dump while it runs, pg_restore into an empty database, start on that: all is as it was, and goes on', async () => {
  await start('live');
  await send('before');
  const was = await points('before');
  server('pg_dump', '--format=custom', `--file=${dump}`, url('live'));
  await send('after');
  await service!.stop();

  await create('restored');
  server('pg_restore', '--exit-on-error', `--dbname=${url('restored')}`, dump);
  await start('restored');
  expect(was.split('\n').length).toBeGreaterThan(1_500);
  expect(await points('before')).toBe(was);
  expect((await fetch(`${service!.url}/v1/runs/after`)).status).toBe(404);
  await send('after');
  expect((await points('after')).split('\n').length).toBe(was.split('\n').length);
});
