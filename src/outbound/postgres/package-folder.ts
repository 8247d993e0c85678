// The folder of the installed package: where prisma/migrations lies, from the sources as from a build.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @throws Error where the package was taken apart. */
export function packageFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'prisma', 'schema.prisma'))) return folder;
  throw new Error('offcurve is installed without its prisma folder: install it again');
}
