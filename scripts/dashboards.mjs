// Writes dashboards/*.json, which Grafana reads, from the code in dashboards/source. `node scripts/dashboards.mjs`
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { format } from 'prettier';

const folder = fileURLToPath(new URL('../dashboards', import.meta.url));
const build = fileURLToPath(new URL(`../.build/dashboards-${process.pid}`, import.meta.url));
const configFile = fileURLToPath(new URL('../.swcrc', import.meta.url));
mkdirSync(build, { recursive: true });
try {
  for (const name of readdirSync(join(folder, 'source')))
    writeFileSync(
      join(build, name.replace(/\.ts$/, '.js')),
      (await transformFile(join(folder, 'source', name), { configFile })).code,
    );
  const { allDashboards } = await import(join(build, 'all-dashboards.js'));
  for (const [name, dashboard] of Object.entries(allDashboards())) {
    const json = await format(JSON.stringify(dashboard), { parser: 'json', printWidth: 120 });
    writeFileSync(join(folder, `${name}.json`), json);
  }
} finally {
  rmSync(build, { recursive: true, force: true });
}
