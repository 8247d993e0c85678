// The folder of the embedded Postgres: where it lies, and making it so that a half-made one is never taken for whole.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { SYSTEM_FOLDER } from './binaries.js';
import { EmbeddedServerError } from './embedded-server-error.js';
import { type ServerUser, mayUse, openToOthers } from './server-user.js';

/** The server's superuser; its password lies in the data folder. */
export const DATABASE_USER = 'offcurve';
const PASSWORD_FILE = 'offcurve-password';
/** Says where the data went if not here, so that it is found again, and only by this folder's owner. */
const POINTER_FILE = 'postgres-folder';
/** Folders being made that are older than this were left behind by a crash. */
const ABANDONED_MS = 600_000;

export interface DataHome {
  /** PGDATA. */
  folder: string;
  /** For the user, where the data does not lie where it was asked for; null otherwise. */
  notice: string | null;
}

/** @throws EmbeddedServerError where the folder is none, or may not be made */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new EmbeddedServerError(
      `the data folder ${dataDir} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      'name a folder that may be written to by --data-dir or OFFCURVE_DATA_DIR',
    );
  }
}

/** `postgres` in the data folder, or in /var/lib/offcurve where a parent folder is closed to the server's user. */
export function chooseHome(dataDir: string, user: ServerUser | null): DataHome {
  makeDataDir(dataDir);
  if (mayUse(dataDir, user)) return { folder: join(dataDir, 'postgres'), notice: null };
  const home = pointedTo(dataDir) ?? newSystemHome(dataDir);
  const notice = `The user postgres may not enter ${dataDir}: the database is kept in ${home} instead.`;
  return { folder: join(home, 'postgres'), notice };
}

function pointedTo(dataDir: string): string | null {
  const pointer = join(dataDir, POINTER_FILE);
  if (!existsSync(pointer)) return null;
  const home = readFileSync(pointer, 'utf8').trim();
  return existsSync(home) ? home : null;
}

function newSystemHome(dataDir: string): string {
  openToOthers(() => mkdirSync(SYSTEM_FOLDER, { recursive: true }));
  const home = mkdtempSync(join(SYSTEM_FOLDER, 'data-'));
  chmodSync(home, 0o755);
  writeFileSync(join(dataDir, POINTER_FILE), `${home}\n`);
  return home;
}

/** Deletes the database of a data folder, wherever it lies. The server must be stopped. */
export function dropHome(dataDir: string): void {
  const elsewhere = pointedTo(dataDir);
  if (elsewhere?.startsWith(`${SYSTEM_FOLDER}/data-`)) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(join(dataDir, POINTER_FILE), { force: true });
  rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
}

/** Makes the data folder where there is none, beside its place, and moves it there when it is whole. */
export async function ensureInitialised(
  { folder }: DataHome,
  binaries: Binaries,
  user: ServerUser | null,
  fsync: boolean,
): Promise<void> {
  dropAbandoned(folder);
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const making = mkdtempSync(`${folder}.new-`);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = `${making}.password`;
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) for (const path of [making, passwordFile]) chownSync(path, user.uid, user.gid);
    await initialise(making, passwordFile, binaries, user, fsync);
    renameSync(passwordFile, join(making, PASSWORD_FILE));
    moveInto(making, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(making, { recursive: true, force: true });
  }
}

function moveInto(making: string, folder: string): void {
  // What is there without a PG_VERSION is no database: an empty folder, or the remains of another tool's start.
  if (existsSync(folder) && !existsSync(join(folder, 'PG_VERSION'))) {
    if (readdirSync(folder).length > 0) renameSync(folder, `${folder}.not-a-database-${Date.now()}`);
    else rmSync(folder, { recursive: true });
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another service was quicker: its folder is as good.
    if (!existsSync(join(folder, 'PG_VERSION'))) throw error;
  }
}

function dropAbandoned(folder: string): void {
  const parent = join(folder, '..');
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (name.startsWith('postgres.new-') && Date.now() - statSync(path).mtimeMs > ABANDONED_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

export function readPassword(folder: string): string {
  const file = join(folder, PASSWORD_FILE);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  throw new EmbeddedServerError(
    `${folder} holds a database that was not made by offcurve`,
    'choose another data folder with OFFCURVE_DATA_DIR, or set DATABASE_URL to that database',
  );
}

async function initialise(
  folder: string,
  passwordFile: string,
  binaries: Binaries,
  user: ServerUser | null,
  fsync: boolean,
): Promise<void> {
  const flags = ['-D', folder, '-U', DATABASE_USER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  flags.push('--encoding=UTF8', '--locale=C', ...(fsync ? [] : ['--no-sync']));
  const child = spawn(binaries.initdb, flags, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0)
    throw new EmbeddedServerError(
      `the embedded Postgres could not make its data folder ${folder}: ${complaint.trim()}`,
      'mend what it says (often a full disk), or set DATABASE_URL to a Postgres of your own',
    );
}
