// `offcurve demo` as a child: everything starts, a deviation is said, the page answers, Ctrl-C leaves no process behind.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, startCli } from './cli.js';
import { processesOf } from './processes.js';

let dir: string;
let demo: Running | null = null;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'offcurve-demo-'));
  chmodSync(dir, 0o755); // Postgres runs as another user where we are root
});
afterEach(async () => {
  demo?.child.kill('SIGINT');
  await demo?.ended;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Waits until the demo has said it; its whole output where it ended without. */
async function saying({ said, ended }: Running, what: RegExp): Promise<RegExpExecArray> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const match = what.exec(said.stdout);
    if (match) return match;
    if (over) throw new Error(`the demo ended without ${what}:\n${said.stdout}\n${said.stderr}`);
    await sleep(100);
  }
}

const start = (...more: string[]): Running => startCli(['demo', '--data-dir', dir, ...more]);

it('over real Kafka says a deviation, serves the page, and Ctrl-C ends all that it started', async () => {
  demo = start('--speed', '2', '--port', '28080');
  const [, url] = await saying(demo, /The page: (\S+)/);
  expect(demo.said.stdout).toContain('Starting Kafka');
  expect(processesOf(dir).filter((line) => /kafka\.Kafka|postgres/.test(line)).length).toBeGreaterThanOrEqual(2);
  const page = await fetch(url!);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>');

  const [, run, link] = await saying(demo, /! (35k-2m-t\d\d): .* (http\S+)/);
  const answer = await fetch(link!.replace('/deviations/', '/v1/deviations/'));
  expect(await answer.json()).toMatchObject({ run, status: expect.any(String) });
  await saying(demo, /100 % 14,000 steps of 7 runs/);
  // An alert waits some seconds for runs that left their curves with it: played this fast, all steps may be through before.
  const alerted = (): string[] =>
    readFileSync(join(dir, 'alerts.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).subject);
  for (let tries = 0; tries < 100 && !alerted().includes(run!); tries++) await sleep(100);
  expect(alerted()).toContain(run);

  demo.child.kill('SIGINT');
  expect((await demo.ended).code).toBe(0);
  expect(processesOf(dir)).toEqual([]);
}, 240_000);

it('keeps the data at a second start, passes over a busy port, and drops the data where asked to', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => busy.once('listening', done));
  const { port } = busy.address() as AddressInfo;
  try {
    demo = start('--http', '--port', String(port));
    const [, url] = await saying(demo, /The page: (\S+)/);
    expect(demo.said.stdout).toContain(`Port ${port} is busy`);
    const before = (await (await fetch(`${url}/v1/runs?limit=100`)).json()) as { items: { id: string }[] };
    expect(before.items.map(({ id }) => id)).toContain('35k-2m-t01');
    await saying(demo, /[\d,]+ steps of 7 runs/);
    // Beside the earlier ones, under names of their own.
    while ((await fetch(`${url}/v1/runs/35k-2m-t01.2`)).status !== 200) await sleep(100);
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);

    demo = start('--http', '--fresh', '--port', String(port));
    const [, fresh] = await saying(demo, /The page: (\S+)/);
    expect((await fetch(`${fresh}/v1/runs/35k-2m-t01.2`)).status).toBe(404);
    demo.child.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
  } finally {
    busy.close();
  }
  expect(existsSync(join(dir, 'kafka'))).toBe(false);
  expect(processesOf(dir)).toEqual([]);
}, 240_000);
