// Drops what earlier demos left: the database, Kafka's data, the alerts.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedServer } from '../../outbound/postgres/embedded/embedded-server.js';

/** Removes only what the demo made: a mistyped folder must not cost somebody their files. */
export async function dropDemoData(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  await EmbeddedServer.drop(dataDir);
  if (existsSync(join(dataDir, 'kafka', 'cluster-id'))) rmSync(join(dataDir, 'kafka'), { recursive: true });
  for (const name of ['alerts.jsonl', 'offcurve.yml', 'live'])
    rmSync(join(dataDir, name), { recursive: true, force: true });
}
