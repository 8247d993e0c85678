// Makes the README's pictures of the page: real runs of the sweep, sent to the service, one of them off its curve.
// node scripts/screenshots.mjs [FOLDER]   (default docs/images; needs a build, and Chromium)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { readRun, send } from './send-runs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'docs', 'images');
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** The run in trouble, as far as it is told; behind it come runs that are on their curve. */
const FAULTY = { name: '35k-2m-t01', upTo: 1090 };
const HEALTHY = [
  ['475k-4m', 2600],
  ['218k-4m', 3100],
  ['99k-4m', 1900],
  ['35k-2m', 1300],
  ['35k-4m', 3600],
  ['12k-2m', 1500],
];
const FINISHED = [
  '12k-1m',
  '35k-1m',
  '99k-1m',
  '218k-1m',
  '475k-1m',
  '99k-2m',
  '218k-2m',
  '475k-2m',
  '12k-4m',
  '99k-4m',
];
const BESIDE = ['12k-1m-no-shift', '35k-1m-no-shift', '99k-1m-no-shift', '12k-2m-no-shift', '99k-2m-no-shift'];
/** The sweep's records are milliseconds apart; spread out, none of the runs falls silent while pictures are taken. */
const SLOWER = 400;

if (!existsSync(CHROMIUM)) {
  console.error(
    'Chromium is missing; type: apt-get install -y --no-install-recommends chromium fonts-noto-color-emoji',
  );
  process.exit(1);
}

const data = mkdtempSync(join(tmpdir(), 'offcurve-pictures-'));
chmodSync(data, 0o755);
const service = spawn(process.execPath, [join(root, 'bin/offcurve.js'), 'serve', '--port', '0', '--data-dir', data], {
  cwd: data,
  env: { PATH: process.env.PATH, LOG_LEVEL: 'error' },
  stdio: ['ignore', 'inherit', 'pipe'],
});
const gone = once(service, 'exit');
let browser;
let url;
try {
  url = await listening();
  const sweep = (name) => join(root, 'examples/sweep/runs', `${name}.jsonl.gz`);
  const now = Date.now();
  for (const name of [...FINISHED, ...BESIDE]) await send(url, await readRun(sweep(name), { endAt: now - 7 * 3600e3 }));
  for (const [name, upTo] of HEALTHY)
    await send(url, await readRun(sweep(name), { upTo, endAt: now, stretch: SLOWER }));
  await send(url, await readRun(sweep(FAULTY.name), { upTo: FAULTY.upTo, endAt: now, stretch: SLOWER }));
  const { items } = await (await fetch(`${url}/v1/deviations?run=${FAULTY.name}`)).json();
  const deviation = items.find(({ status, kind }) => status === 'open' && kind !== 'silent');
  if (!deviation) throw new Error(`${FAULTY.name} has no open deviation at step ${FAULTY.upTo}`);

  mkdirSync(folder, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  await picture(`${url}/`, 'fleet.png', { height: 760 });
  await picture(`${url}/runs/${FAULTY.name}`, 'run.png', { height: 1080 });
  await lawOf('sqlite-bytes', FINISHED.length);
  await lawOf('sqlite-bytes-no-shift', BESIDE.length);
  await picture(`${url}/families/sqlite-bytes`, 'family.png', { height: 1400 });
  await picture(`${url}/families/sqlite-bytes?with=sqlite-bytes-no-shift`, 'families.png', { height: 900 });
  await picture(`${url}/plan?family=sqlite-bytes&params=475k&tokens=2M`, 'plan.png', {
    height: 960,
    shows: '[aria-label="The plan"][aria-busy="false"]',
  });
  await picture(`${url}/audit`, 'audit.png', { height: 760 });
  await picture(`${url}/deviations/${deviation.id}`, 'deviation-dark.png', { height: 900, colorScheme: 'dark' });
} finally {
  await browser?.close();
  service.kill('SIGTERM');
  await gone;
  rmSync(data, { recursive: true, force: true });
}

/** The address that the service says it listens on. */
async function listening() {
  let said = '';
  for await (const chunk of service.stderr) {
    said += chunk;
    const address = /listening on (http:\S+)/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`the service did not start: ${said}`);
}

/** Waits until the family's law is fitted to so many runs. */
async function lawOf(family, runs) {
  for (let tries = 0; tries < 240; tries++) {
    const { items } = await (await fetch(`${url}/v1/families/${family}/laws?metric=loss&limit=1`)).json();
    if ((items[0]?.data.length ?? 0) >= runs) return;
    await new Promise((later) => setTimeout(later, 500));
  }
  throw new Error(`${family} has no law of ${runs} runs after two minutes`);
}

/** @param shows what must be there before the picture is taken */
async function picture(address, name, { height, colorScheme = 'light', shows = 'main' }) {
  const context = await browser.newContext({ viewport: { width: 1360, height }, colorScheme, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('.live.connected').waitFor();
  // What rows and charts read for themselves is there a moment later.
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
  await page.locator(shows).waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(folder, name) });
  await context.close();
  console.log(join(folder, name));
}
