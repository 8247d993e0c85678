// The user that Postgres runs as: ourselves, or `postgres` where we are root, which Postgres refuses to run as.
import { spawnSync } from 'node:child_process';
import { EmbeddedServerError } from './embedded-server-error.js';

export interface ServerUser {
  uid: number;
  gid: number;
}

/** Null where Postgres runs as ourselves. As root, the user `postgres`, created where there is none. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  return find() ?? create();
}

function find(): ServerUser | null {
  const id = (flag: string): number => {
    const { status, stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : NaN;
  };
  const uid = id('-u');
  return Number.isNaN(uid) ? null : { uid, gid: id('-g') };
}

function create(): ServerUser {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  const { status, stderr } = spawnSync('useradd', flags, { encoding: 'utf8' });
  const user = status === 0 ? find() : null;
  if (user) return user;
  throw new EmbeddedServerError(
    `Postgres does not run as root, and the user postgres could not be created (${(stderr ?? '').trim() || 'no useradd'})`,
    'start offcurve as another user, create a user named postgres, or set DATABASE_URL',
  );
}

/** Whether `user` may enter the folder or run the program; asked of the system, so that all its rules count. */
export function mayUse(path: string, user: ServerUser | null): boolean {
  return spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}

/** Makes folders and files that others may enter and read, whatever our own umask is. */
export function openToOthers<T>(make: () => T): T {
  const before = process.umask(0o022);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}
