// Compiles a folder of src for scripts and test servers that run before, or without, a build.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Compiles `src/FOLDER`, and the folders it leans on, into a place of this process's own.
 *
 * @param {string[]} folders folders under src
 * @returns {Promise<string>} the folder of the compiled files, laid out as under src; it is dropped when this process ends
 */
export async function compiled(...folders) {
  const to = join(root, '.build', `scripts-${process.pid}`);
  process.once('exit', () => rmSync(to, { recursive: true, force: true }));
  for (const folder of folders)
    for (const name of readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('spec.ts')) continue;
      const { code } = await transformFile(join(root, 'src', folder, name), { configFile: join(root, '.swcrc') });
      const file = join(to, folder, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
    }
  return to;
}
