// The disk runs full under the embedded database: ingest stops and says so, goes on by itself, and no acknowledged point is lost.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningService, startService } from '../../src/main.js';
import { createLog } from '../../src/settings/log.js';
import { readSettings } from '../../src/settings/settings.js';
import { eventually } from '../http/test-service.js';

jest.setTimeout(300_000);

const SIZE = '220m';
const BATCH = 2_000;

let disk: string;
let service: RunningService;
beforeAll(async () => {
  disk = mkdtempSync(join(tmpdir(), 'offcurve-disk-'));
  // A disk of its own; only root may make one.
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk]);
  chmodSync(disk, 0o755);
  service = await startService(readSettings({ PORT: '0', OFFCURVE_DATA_DIR: disk }), createLog('silent'));
});
afterAll(async () => {
  await service?.stop();
  execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Whether the batch was acknowledged. */
async function send(from: number): Promise<boolean> {
  const records = Array.from({ length: BATCH }, (_, n) => ({
    run: 'a',
    step: from + n,
    metrics: { loss: 2 + 1 / (from + n + 1), a: Math.sin(from + n), b: Math.cos(from + n) },
  }));
  const answer = await fetch(`${service.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(records),
    signal: AbortSignal.timeout(20_000),
  }).catch(() => null);
  return answer?.status === 202;
}

async function ready(): Promise<{ ok: boolean; text: string }> {
  const answer = await fetch(`${service.url}/health/ready`);
  return { ok: answer.ok, text: await answer.text() };
}

it('full, not ready and why; emptied, ready by itself, all acknowledged points there', async () => {
  const acknowledged: number[] = [];
  for (let part = 0; part < 5; part++) if (await send(part * BATCH)) acknowledged.push(part);
  expect(acknowledged).toHaveLength(5);

  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 4096));
  let refused = 0;
  for (let part = 5; refused < 2 && part < 60; part++) {
    if (await send(part * BATCH)) acknowledged.push(part);
    else refused++;
  }
  expect(refused).toBe(2);
  await eventually(async () => !(await ready()).ok, 60_000);
  expect((await ready()).text).toMatch(/No space left|database/);

  rmSync(ballast);
  await eventually(async () => (await ready()).ok, 60_000);
  expect(await send(100 * BATCH)).toBe(true);
  const text = await (await fetch(`${service.url}/v1/runs/a/points?metric=loss`)).text();
  const steps = new Set(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { step: number }).step),
  );
  for (const part of [...acknowledged, 100])
    for (let n = 0; n < BATCH; n++) expect(steps.has(part * BATCH + n)).toBe(true);
});
