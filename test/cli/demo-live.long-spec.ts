// `offcurve demo --live`: a real training is broken on purpose and streams over Kafka until the alert comes; nothing stays behind.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { eventually } from '../http/test-service.js';
import { startCli } from './cli.js';
import { processesOf } from './processes.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-live-'));
  chmodSync(dir, 0o755); // Postgres runs as another user where we are root
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs that the webhook was told of. */
function alerted(): string[] {
  const file = join(dir, 'alerts.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { subject: string }).subject);
}

it('finds the fault while the model trains, at a step behind it, and tells the webhook', async () => {
  const port = String(await freePort());
  const demo = startCli(['demo', '--live', '--fault', 'shuffled-bytes@800', '--data-dir', dir, '--port', port]);
  try {
    const said = await new Promise<string>((done, fail) => {
      demo.child.stdout!.on('data', () => /The page stays at/.test(demo.said.stdout) && done(demo.said.stdout));
      void demo.ended.then(({ stdout, stderr }) => fail(new Error(`the demo ended:\n${stdout}\n${stderr}`)));
    });
    expect(said).toContain('Starting Kafka');
    expect(said).toContain('What was done to it: shuffled-bytes@800');
    const found = /found at step (\d+), since step (\d+)/.exec(said)!;
    expect(Number(found[1])).toBeGreaterThanOrEqual(800);
    expect(Math.abs(Number(found[2]) - 800)).toBeLessThan(50);
    const run = /Training (live-\d+)/.exec(said)![1];
    // The message goes its own way beside the page's news.
    await eventually(async () => alerted().includes(run), 60_000);
  } finally {
    demo.child.kill('SIGINT');
    await demo.ended;
  }
  expect(await demo.ended).toMatchObject({ code: 0 });
  expect(processesOf(dir)).toEqual([]);
}, 600_000);
