// `offcurve serve` as a process of its own, for benches that must not share its event loop.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../scripts/kafka/free-port.mjs';

const PATIENCE_MS = 300_000;

/** Looks until `look` says so. */
export async function until(look) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20)) if (await look()) return;
  throw new Error(`not within ${PATIENCE_MS / 1000} s`);
}

/** `ready` resolves when it reads from Kafka; `end` sends a signal and waits for the end. */
export async function serveProcess(environment) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [resolve('bin/offcurve.js'), 'serve', '--port', String(port)], {
    env: { ...process.env, LOG_LEVEL: 'error', ...environment },
    stdio: 'ignore',
  });
  const ended = new Promise((done) => child.once('exit', done));
  const isReady = () => {
    if (child.exitCode !== null) throw new Error('the service ended by itself');
    return fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  const end = async (signal) => {
    child.kill(signal);
    await ended;
  };
  return { url, ready: () => until(isReady), end };
}
