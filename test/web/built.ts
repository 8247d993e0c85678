// Builds the service and the page where what is built is older than its sources, so that tests never judge yesterday's page.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');

export function ensureBuilt(): void {
  if (isStale('dist/main.js', 'src', /(?<!spec)\.ts$/)) build('nest', ['build', '-b', 'swc']);
  if (isStale('web/dist/index.html', 'web/src', /./)) build('vite', ['build', 'web', '--logLevel', 'warn']);
}

function isStale(product: string, sources: string, kind: RegExp): boolean {
  const made = join(root, product);
  if (!existsSync(made)) return true;
  const { mtimeMs } = statSync(made);
  return readdirSync(join(root, sources), { recursive: true, withFileTypes: true }).some(
    (entry) =>
      entry.isFile() && kind.test(entry.name) && statSync(join(entry.parentPath, entry.name)).mtimeMs > mtimeMs,
  );
}

const build = (tool: string, parts: string[]): unknown =>
  execFileSync(join(root, 'node_modules/.bin', tool), parts, { cwd: root, stdio: 'pipe' });
