// What an earlier service left behind on a data folder: a server still running, backends on their last legs, a pid file.
import { readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './embedded-server-error.js';
import { Ownership } from './ownership.js';

const LOOK_AGAIN_MS = 200;
/** A server that starts and one that stops cannot be asked whose they are; they get this long to finish. */
const PATIENCE_MS = 60_000;
const FAST_MS = 20_000;

/** A server found running on a data folder. */
interface Found {
  pid: number;
  port: number;
}

/**
 * Sees to it that no server runs on the folder: one whose service is gone is stopped, after it was made sure that it is
 * this folder's.
 *
 * @throws EmbeddedServerError where another service that is alive uses the folder.
 */
export async function clearLeftBehind(folder: string): Promise<void> {
  for (const start = Date.now(); ; await sleep(LOOK_AGAIN_MS)) {
    const found = findServer(folder);
    if (found === null) return;
    const owner = await Ownership.look(folder, found.port);
    if (owner === 'taken') throw inUse(folder, found);
    if (owner === 'free') {
      // It may have been started just now by a service that has not yet laid its hand on it.
      await sleep(LOOK_AGAIN_MS * 2);
      if ((await Ownership.look(folder, found.port)) === 'free') return end(folder, found.pid);
    } else if (Date.now() - start > PATIENCE_MS) return end(folder, found.pid);
  }
}

/** Reads postmaster.pid. One whose process is gone, or is another program by now, means nothing and is removed. */
function findServer(folder: string): Found | null {
  const file = join(folder, 'postmaster.pid');
  const lines = read(file)?.split('\n');
  if (!lines) return null;
  const found = { pid: Number(lines[0]), port: Number(lines[3]) };
  if (worksIn(folder, found.pid)) return found;
  rmSync(file, { force: true });
  return null;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Postgres' processes all work in the data folder. Without /proc any living process counts. */
function worksIn(folder: string, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}

async function end(folder: string, pid: number): Promise<void> {
  for (const [signal, patience] of [['SIGINT', FAST_MS] as const, ['SIGQUIT', 5_000] as const]) {
    if (!send(pid, signal)) return;
    for (const start = Date.now(); Date.now() - start < patience; await sleep(50)) if (!worksIn(folder, pid)) return;
  }
  send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Ends backends that outlived a killed server: until they are gone a new one cannot start on the folder. */
export function endStrayBackends(folder: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && pid !== process.pid && isPostgres(pid) && worksIn(folder, pid)) send(pid, 'SIGKILL');
  }
}

const isPostgres = (pid: number): boolean => read(`/proc/${pid}/comm`)?.startsWith('postgres') ?? false;

function inUse(folder: string, { pid, port }: Found): EmbeddedServerError {
  return new EmbeddedServerError(
    `another offcurve service uses the data in ${folder} (its Postgres is process ${pid} on port ${port})`,
    'stop that service, or choose another data folder with OFFCURVE_DATA_DIR',
  );
}
