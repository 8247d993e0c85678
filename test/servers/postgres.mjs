// One Postgres for all tests: the service's own embedded server in a fresh folder, with no fsync. Each test file makes a database of its own in it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../../scripts/compiled.mjs';
import { freePort } from '../../scripts/kafka/free-port.mjs';

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function startPostgres() {
  const build = await compiled('outbound/postgres/embedded');
  const { EmbeddedServer } = await import(join(build, 'outbound/postgres/embedded/embedded-server.js'));
  const dataDir = mkdtempSync(join(tmpdir(), 'offcurve-postgres-'));
  // The folder of mkdtemp is closed to others; where we are root, Postgres runs as another.
  chmodSync(dataDir, 0o755);
  const server = await EmbeddedServer.start({ dataDir, port: await freePort(), fsync: false });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
