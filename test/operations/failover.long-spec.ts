// PostgreSQL fails over to its standby behind one address: what was acknowledged is there, and the service goes on by itself.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { findBinaries } from '../../src/outbound/postgres/embedded/binaries.js';
import { EmbeddedServer } from '../../src/outbound/postgres/embedded/embedded-server.js';
import { Postmaster } from '../../src/outbound/postgres/embedded/postmaster.js';
import { serverUser } from '../../src/outbound/postgres/embedded/server-user.js';
import { type TestService, eventually, testService } from '../http/test-service.js';

jest.setTimeout(120_000);

/** One address for whichever server is the primary, as a name or a virtual IP is. */
class Address {
  port = 0;
  private readonly pairs = new Set<[Socket, Socket]>();
  private readonly server: Server;

  constructor(private target: number) {
    this.server = net.createServer((client) => {
      const server = net.connect(this.target, '127.0.0.1');
      const pair: [Socket, Socket] = [client, server];
      this.pairs.add(pair);
      client.pipe(server).pipe(client);
      for (const one of pair)
        one.on('error', () => undefined).on('close', () => pair.forEach((other) => other.destroy()));
      client.on('close', () => this.pairs.delete(pair));
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** The machine behind the address vanishes: whoever was connected hears nothing any more, not even an end. */
  vanish(): void {
    for (const [client, server] of this.pairs) {
      client.unpipe(server);
      server.unpipe(client);
      server.pause();
      client.resume();
    }
  }

  leadTo(port: number): void {
    this.target = port;
  }

  close(): void {
    this.server.close();
    for (const pair of this.pairs) pair.forEach((one) => one.destroy());
  }
}

let dir: string;
let primary: EmbeddedServer;
let standby: Postmaster;
let standbyPort: number;
let address: Address;
let service: TestService;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-failover-'));
  chmodSync(dir, 0o755);
  primary = await EmbeddedServer.start({ dataDir: dir, port: await freePort() });
  standbyPort = await freePort();
  standby = await startStandby();
  address = new Address(primary.port);
  await address.open();
  const url = new URL(primary.url);
  url.port = String(address.port);
  service = await testService({ DATABASE_URL: url.href });
});
afterAll(async () => {
  await service?.stop();
  address?.close();
  await standby?.stop();
  await primary?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const atStandby = (): string => {
  const url = new URL(primary.url);
  url.port = String(standbyPort);
  return url.href;
};

async function asked<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A copy of the running primary that follows it; nothing is committed on the primary before it is on the standby, too. */
async function startStandby(): Promise<Postmaster> {
  const folder = join(dir, 'standby');
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  await client.query(`select pg_backup_start('standby', true)`);
  execFileSync('cp', ['-a', primary.folder, folder]);
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  rmSync(join(folder, 'postmaster.pid'));
  writeFileSync(join(folder, 'backup_label'), rows[0]!.labelfile);
  writeFileSync(join(folder, 'standby.signal'), '');
  const from = new URL(primary.url);
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${from.username} password=${from.password} application_name=standby`;
  appendFileSync(
    join(folder, 'postgresql.auto.conf'),
    `\nprimary_conninfo = '${conninfo}'\nsynchronous_standby_names = ''\n`,
  );
  const user = serverUser();
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  const started = Postmaster.launch(
    { folder, port: standbyPort, fsync: true, onLog: () => undefined },
    findBinaries(user),
    user,
  );
  await eventually(async () => {
    const streaming = await client.query(`select from pg_stat_replication where state = 'streaming'`);
    return streaming.rowCount === 1;
  }, 60_000);
  await client.query(`alter system set synchronous_standby_names = 'standby'`);
  await client.query('select pg_reload_conf()');
  await client.end();
  return started;
}

const lossAt = (step: number): number => 2 + 1 / step;

/** Sends steps of a run, each until it is acknowledged, and says how often it was told to try again. */
async function sendAll(from: number, to: number): Promise<number> {
  let refused = 0;
  for (let step = from; step <= to;) {
    const body = { run: 'r', step, time: step, metrics: { loss: lossAt(step) } };
    const { status } = await service.call('POST', '/v1/metrics', body);
    expect([202, 503]).toContain(status);
    if (status === 202) step++;
    else {
      refused++;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  return refused;
}

async function stored(): Promise<[number, number][]> {
  const { text } = await service.call('GET', '/v1/runs/r/points?metric=loss');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; value: number })
    .map(({ step, value }) => [step, value]);
}

it('the standby takes over from a primary that vanishes', async () => {
  await sendAll(1, 50);
  const going = sendAll(51, 400);
  await eventually(async () => (await asked<{ n: number }>(atStandby(), 'select records as n from runs'))[0]!.n > 80);
  address.vanish();
  address.leadTo(standbyPort);
  // A standby takes connections and refuses to write; it is told so before it is promoted.
  await new Promise((done) => setTimeout(done, 1_000));
  await asked(atStandby(), 'select pg_promote()');
  await going;
  await eventually(async () => (await service.call('GET', '/health/ready')).status === 200);
  expect(await stored()).toEqual(Array.from({ length: 400 }, (_, index) => [index + 1, lossAt(index + 1)]));
  expect((await asked<{ n: number }>(atStandby(), 'select records as n from runs'))[0]!.n).toBe(400);
});
