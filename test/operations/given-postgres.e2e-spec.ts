// A Postgres of one's own: TLS that is checked, roles with no more rights than they need, few connections.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { EmbeddedServer } from '../../src/outbound/postgres/embedded/embedded-server.js';
import { serverUser } from '../../src/outbound/postgres/embedded/server-user.js';
import { cli, root } from '../cli/cli.js';
import { type TestService, testService } from '../http/test-service.js';

const PASSWORD = 'owner-password';

let dir: string;
let server: EmbeddedServer;
const started: TestService[] = [];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-given-'));
  chmodSync(dir, 0o755);
  authority('own');
  authority('other');
  certificate('own');
  server = await EmbeddedServer.start({ dataDir: dir, port: await freePort(), fsync: false });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`create role offcurve_owner login password '${PASSWORD}' connection limit 5`);
  await admin.query('create database curves owner offcurve_owner');
  await admin.query(`create role offcurve_one login password '${PASSWORD}' connection limit 1`);
  await admin.query('create database single owner offcurve_one');
  await admin.query(`alter system set ssl_cert_file = '${join(dir, 'server.pem')}'`);
  await admin.query(`alter system set ssl_key_file = '${join(dir, 'server.key')}'`);
  await admin.query('alter system set ssl = on');
  await admin.query('select pg_reload_conf()');
  await admin.end();
});
afterAll(async () => {
  for (const service of started) await service.stop();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const openssl = (...parts: string[]): unknown => execFileSync('openssl', parts, { cwd: dir, stdio: 'pipe' });

function authority(name: string): void {
  const files = ['-keyout', `${name}-ca.key`, '-out', `${name}-ca.pem`, '-days', '2', '-subj', `/CN=${name} CA`];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files);
}

function certificate(ca: string): void {
  const request = ['-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1'];
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-addext', 'subjectAltName=IP:127.0.0.1', ...request);
  const signing = ['-CA', `${ca}-ca.pem`, '-CAkey', `${ca}-ca.key`, '-CAcreateserial', '-copy_extensions', 'copy'];
  openssl('x509', '-req', '-in', 'server.csr', '-days', '2', '-out', 'server.pem', ...signing);
  chmodSync(join(dir, 'server.key'), 0o600);
  const user = serverUser();
  if (user) chownSync(join(dir, 'server.key'), user.uid, user.gid);
}

/** The address of the owner's database, its server's certificate checked against an authority. */
const address = (ca: string): string =>
  `postgresql://offcurve_owner:${PASSWORD}@127.0.0.1:${server.port}/curves?sslmode=verify-full&sslrootcert=${join(dir, `${ca}-ca.pem`)}`;

async function start(environment: Record<string, string>): Promise<TestService> {
  const service = await testService(environment);
  started.push(service);
  return service;
}

it('runs as the owner of one database, over TLS that is checked, with three connections and two for news', async () => {
  const service = await start({ DATABASE_URL: address('own'), DATABASE_CONNECTIONS: '3' });
  const send = (run: number) =>
    service.call(
      'POST',
      '/v1/metrics',
      Array.from({ length: 50 }, (_, step) => ({ run: `r${run}`, step, metrics: { loss: 2 } })),
    );
  const answers = await Promise.all(Array.from({ length: 20 }, (_, run) => send(run)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const listed = await Promise.all(Array.from({ length: 20 }, () => service.call('GET', '/v1/runs')));
  expect(listed.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  const { rows } = await admin.query(
    `select count(*)::int as open, bool_and(s.ssl) as safe
       from pg_stat_activity a join pg_stat_ssl s using (pid) where a.usename = 'offcurve_owner'`,
  );
  await admin.end();
  expect(rows[0]).toMatchObject({ safe: true });
  expect(rows[0].open).toBeLessThanOrEqual(5);
});

it('does not start on a server that it cannot trust, or with a wrong password, and says why', async () => {
  await expect(testService({ DATABASE_URL: address('other') })).rejects.toThrow(/certificate/);
  const wrong = address('own').replace(PASSWORD, 'wrong');
  await expect(testService({ DATABASE_URL: wrong })).rejects.toThrow(/password authentication failed/);
});

/** Nothing but the failed start: whatever it has left open keeps the process alive. */
const START = `
const { startService } = await import(process.argv[1] + '/main.js');
const { createLog } = await import(process.argv[1] + '/settings/log.js');
const { readSettings } = await import(process.argv[1] + '/settings/settings.js');
const settings = readSettings({ PORT: '0', DATABASE_URL: process.argv[2] });
await startService(settings, createLog('silent')).catch((error) => console.log(error.message + ' / ' + error.fix));`;

async function endedByItself(url: string): Promise<string> {
  const dist = new URL(`file://${root}/dist`).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', START, dist, url], { stdio: 'pipe' });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect({ said, code }).toMatchObject({ code: 0 });
  return said;
}

it('ends by itself where the database cannot be used, and says what to do', async () => {
  const plain = (user: string, database: string, port = server.port): string =>
    `postgresql://${user}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const nowhere = server.url.replace(/\/[^/]*$/, '/nowhere');
  const served = await cli(['serve'], { env: { PORT: '0', DATABASE_URL: nowhere } });
  expect(served).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/database "nowhere" does not exist\n {2}fix: create the database/),
  });
  const mute = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as AddressInfo;
  const [refused, single, silent] = await Promise.all([
    endedByItself(plain('offcurve_owner', 'curves', await freePort())),
    // The first connection is had, and given back; those of the pool are too many.
    endedByItself(plain('offcurve_one', 'single')),
    endedByItself(plain('offcurve_owner', 'curves', port)),
  ]);
  expect(refused).toMatch(/ECONNREFUSED .* start PostgreSQL/);
  expect(single).toMatch(/^DATABASE_URL: the database: Too many .* raise the user's/);
  expect(silent).toMatch(/no answer within 10 s/);
  mute.close();
}, 60_000);
