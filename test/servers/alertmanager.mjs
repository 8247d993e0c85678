// A real Alertmanager for tests: Debian's, on a free port, telling one webhook at once.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/kafka/free-port.mjs';

const run = promisify(execFile);
const PROGRAM = 'prometheus-alertmanager';

async function install() {
  const there = () =>
    run(PROGRAM, ['--version']).then(
      () => true,
      () => false,
    );
  if (await there()) return;
  if (process.getuid?.() === 0) {
    const apt = (...words) => run('apt-get', words, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    await apt('update').catch(() => undefined);
    await apt('install', '-y', '--no-install-recommends', PROGRAM).catch(() => undefined);
    if (await there()) return;
  }
  throw new Error(`The tests of Alertmanager need the program ${PROGRAM}: apt-get install ${PROGRAM}`);
}

/**
 * @param {string} webhook address that hears of alerts
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startAlertmanager(webhook) {
  await install();
  const dir = mkdtempSync(join(tmpdir(), 'offcurve-alertmanager-'));
  const port = await freePort();
  const file = join(dir, 'alertmanager.yml');
  const route = { receiver: 'hook', group_by: ['deviation'], group_wait: '100ms', group_interval: '500ms' };
  writeFileSync(
    file,
    JSON.stringify({ route, receivers: [{ name: 'hook', webhook_configs: [{ url: webhook, send_resolved: true }] }] }),
  );
  const flags = [
    `--config.file=${file}`,
    `--storage.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const server = spawn(PROGRAM, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (data) => (said = (said + data).slice(-4_000)));
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (server.exitCode !== null || tries > 300) throw new Error(`Alertmanager did not start: ${said}`);
    if (
      await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await sleep(100);
  }
  const stop = async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, stop };
}
