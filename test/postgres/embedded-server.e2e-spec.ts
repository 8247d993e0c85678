// Whatever way a service ended, the next one starts on its data without a hand; never two on one folder.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { compiled } from '../../scripts/compiled.mjs';
import { freePort } from '../../scripts/kafka/free-port.mjs';

jest.setTimeout(90_000);

interface Word {
  url?: string;
  folder?: string;
  notice?: string | null;
  port?: number;
  error?: string;
  fix?: string;
  restarted?: boolean;
}

/** One process that runs an embedded server, as the service does. */
class Service {
  readonly words: Word[] = [];
  readonly ended: Promise<number | null>;

  constructor(readonly process: ChildProcess) {
    let rest = '';
    process.stdout!.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop()!;
      this.words.push(...lines.map((line) => JSON.parse(line) as Word));
    });
    this.ended = new Promise((resolve) => process.once('exit', resolve));
  }

  async word(index = 0): Promise<Word> {
    while (this.words.length <= index) await pause(10);
    return this.words[index]!;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.process.kill(signal);
    return this.ended;
  }

  /** With its whole process group. */
  killGroup(signal: NodeJS.Signals): Promise<number | null> {
    process.kill(-this.process.pid!, signal);
    return this.ended;
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let server: string;
let dataDir: string;
const services: Service[] = [];

beforeAll(async () => {
  server = join(await compiled('outbound/postgres/embedded'), 'outbound/postgres/embedded/embedded-server.js');
});

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'offcurve-embedded-'));
  chmodSync(dataDir, 0o755);
});

afterEach(async () => {
  for (const service of services.splice(0)) if (service.process.exitCode === null) await service.kill('SIGTERM');
  await until(() => processesIn(join(dataDir, 'postgres')).length === 0);
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(port?: number, folder = dataDir): Promise<Service> {
  const child = join(__dirname, 'service-child.mjs');
  const parameters = [child, server, folder, String(port ?? (await freePort()))];
  const service = new Service(
    spawn(process.execPath, parameters, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  services.push(service);
  return service;
}

async function started(port?: number): Promise<Service & { url: string }> {
  const service = await start(port);
  const { url, error } = await service.word();
  if (!url) throw new Error(error);
  return Object.assign(service, { url });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

const remember = (url: string): Promise<unknown[]> =>
  query(url, 'create table if not exists kept (n serial); insert into kept default values');
const remembered = async (url: string): Promise<number> => (await query(url, 'select from kept')).length;

const postmasterOf = (folder: string): number =>
  Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Processes that work in a folder, as Postgres' do. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });
}

async function until(condition: () => boolean): Promise<void> {
  for (const begin = Date.now(); !condition(); await pause(20))
    if (Date.now() - begin > 20_000) throw new Error('waited 20 s in vain');
}

it('starts on an empty folder, keeps its data over a stop, and leaves no process', async () => {
  const first = await started();
  await remember(first.url);
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(processesIn(join(dataDir, 'postgres'))).toEqual([]);
  const second = await started();
  expect(await remembered(second.url)).toBe(1);
  expect(await query(second.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
});

it('lets Ctrl-C reach the service alone, which stops the server when it is done', async () => {
  const service = await started();
  await remember(service.url);
  expect(await service.killGroup('SIGINT')).toBe(0);
  expect(processesIn(join(dataDir, 'postgres'))).toEqual([]);
});

it.each([1, 2, 3])(
  'ends with a service that is killed, and the next starts at once with all that was committed (%i)',
  async (n) => {
    const service = await started();
    for (let round = 0; round < n; round++) await remember(service.url);
    if (n % 2 === 1) await service.kill('SIGKILL');
    else await service.killGroup('SIGKILL');
    const next = await started();
    expect(await remembered(next.url)).toBe(n);
  },
);

it('stops an orphaned server whose service is gone, and starts its own', async () => {
  const service = await started();
  await remember(service.url);
  const postmaster = postmasterOf(dataDir);
  // Without its watcher the server outlives the service.
  const watchers = readdirSync('/proc').filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(postmaster) &&
        readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sh')
      );
    } catch {
      return false;
    }
  });
  expect(watchers).toHaveLength(1);
  process.kill(Number(watchers[0]), 'SIGKILL');
  await service.kill('SIGKILL');
  await pause(300);
  expect(processesIn(join(dataDir, 'postgres'))).toContain(postmaster);
  const next = await started();
  expect(await remembered(next.url)).toBe(1);
  expect(postmasterOf(dataDir)).not.toBe(postmaster);
});

it('starts over backends that outlive a killed server in the middle of a long query', async () => {
  const service = await started();
  await remember(service.url);
  const busy = new pg.Client({ connectionString: service.url });
  busy.on('error', () => undefined);
  await busy.connect();
  const answer = busy.query(`do $$ begin loop perform 1; end loop; end $$`).catch(() => 'ended');
  await pause(100);
  process.kill(postmasterOf(dataDir), 'SIGKILL');
  await service.kill('SIGKILL');
  const next = await started();
  expect(await remembered(next.url)).toBe(1);
  expect(await answer).toBe('ended');
});

it('starts again on the same port when the server dies and the service lives', async () => {
  const service = await started();
  await remember(service.url);
  process.kill(postmasterOf(dataDir), 'SIGKILL');
  expect(await service.word(1)).toEqual({ restarted: true });
  expect(await remembered(service.url)).toBe(1);
  expect(await service.kill('SIGTERM')).toBe(0);
});

it('passes over a pid file whose number is another process by now', async () => {
  const first = await started();
  await first.kill('SIGTERM');
  const lines = [
    process.pid,
    join(dataDir, 'postgres'),
    1_700_000_000,
    20_000,
    '',
    '127.0.0.1',
    '  5432001         0',
    'ready',
  ];
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${lines.join('\n')}\n`);
  await started();
});

it('takes the next port where one is busy', async () => {
  const port = await freePort();
  const busy = createServer().listen(port, '127.0.0.1');
  await new Promise((done) => busy.once('listening', done));
  const service = await started(port);
  busy.close();
  expect((await service.word()).port).toBeGreaterThan(port);
});

it('starts over a folder that was half made when the machine stopped', async () => {
  for (const after of [60, 150, 300, 450]) {
    const service = await start();
    await pause(after);
    await service.killGroup('SIGKILL');
  }
  mkdirSync(join(dataDir, 'postgres'), { recursive: true });
  if (!existsSync(join(dataDir, 'postgres', 'PG_VERSION'))) writeFileSync(join(dataDir, 'postgres', 'remains'), '');
  const service = await started();
  await remember(service.url);
});

it('says clearly that another service uses the folder', async () => {
  const first = await started();
  const second = await start();
  expect(await second.word()).toEqual({
    error: expect.stringMatching(/another offcurve service uses the data in .*process \d+ on port \d+/) as string,
    fix: expect.stringContaining('OFFCURVE_DATA_DIR') as string,
  });
  expect(await second.ended).toBe(1);
  await remember(first.url);
  expect(await remembered(first.url)).toBe(1);
});

it('lets one of several services in that start together', async () => {
  const all = await Promise.all([start(), start(), start()]);
  const words = await Promise.all(all.map((service) => service.word()));
  const winners = words.filter(({ url }) => url !== undefined);
  expect(winners).toHaveLength(1);
  await remember(winners[0]!.url!);
});

it('keeps the data elsewhere, and says so, where its user may not enter the folder', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'offcurve-closed-'));
  try {
    const first = await start(undefined, closed);
    const { url, folder, notice, error } = await first.word();
    expect(error).toBeUndefined();
    await remember(url!);
    await first.kill('SIGTERM');
    const second = await start(undefined, closed);
    const again = await second.word();
    expect(again.folder).toBe(folder);
    expect(await remembered(again.url!)).toBe(1);
    await second.kill('SIGTERM');
    // Only root runs Postgres as somebody else, to whom the folder of mkdtemp is closed.
    const isRoot = process.getuid!() === 0;
    expect(folder!.startsWith(isRoot ? '/var/lib/offcurve/data-' : closed)).toBe(true);
    expect(notice).toEqual(isRoot ? expect.stringContaining(folder!.replace(/\/postgres$/, '')) : null);
    if (isRoot) rmSync(join(folder!, '..'), { recursive: true });
  } finally {
    rmSync(closed, { recursive: true, force: true });
  }
});
