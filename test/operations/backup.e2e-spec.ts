// Backup and restore of the embedded database, step by step as docs/operations.md says.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningService, startService } from '../../src/main.js';
import { createLog } from '../../src/settings/log.js';
import { readSettings } from '../../src/settings/settings.js';

jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'offcurve-backup-'));
const database = join(dataDir, 'postgres');
const backup = join(dataDir, 'backup');
let service: RunningService | null = null;
beforeAll(() => chmodSync(dataDir, 0o755));
afterAll(async () => {
  await service?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async (): Promise<RunningService> =>
  (service = await startService(readSettings({ PORT: '0', OFFCURVE_DATA_DIR: dataDir }), createLog('silent')));

async function send(run: string): Promise<void> {
  const records = Array.from({ length: 1_500 }, (_, step) => ({ run, step, metrics: { loss: 2 + step / 7 } }));
  const { status } = await fetch(`${service!.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(records),
  });
  expect(status).toBe(202);
}

const points = async (run: string): Promise<string> =>
  (await fetch(`${service!.url}/v1/runs/${run}/points?metric=loss`)).text();

it('stop, copy, start; later stop, put the copy back, start: all is as it was, and goes on', async () => {
  await start();
  await send('before');
  const was = await points('before');
  await service!.stop();
  execFileSync('cp', ['-a', database, backup]);

  await start();
  await send('after');
  await service!.stop();

  rmSync(database, { recursive: true });
  renameSync(backup, database);
  await start();
  expect(await points('before')).toBe(was);
  expect((await fetch(`${service!.url}/v1/runs/after`)).status).toBe(404);
  await send('after');
  expect((await points('after')).split('\n').length).toBe(was.split('\n').length);
});
