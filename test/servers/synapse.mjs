// A real Matrix server for tests: Synapse from PyPI in a virtual environment of its own, on a free port, with no data.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/kafka/free-port.mjs';

const VERSION = '1.163.2';
const SECRET = 'test-only-shared-secret';
const venv = fileURLToPath(new URL('../../.cache/synapse-venv', import.meta.url));
const python = join(venv, 'bin/python');
const run = promisify(execFile);

/** One installation, however many servers are started side by side. */
let installed;

/** Installs it once (about a minute, 240 MB). */
async function install() {
  const done = join(venv, `synapse-${VERSION}`);
  if (existsSync(done)) return;
  try {
    await run('python3', ['-m', 'venv', venv]);
    await run(python, ['-m', 'pip', 'install', '-q', `matrix-synapse==${VERSION}`], { timeout: 400_000 });
  } catch (error) {
    throw new Error('The tests of Matrix need Python 3.10 or newer with venv, and PyPI once, to install Synapse', {
      cause: error,
    });
  }
  writeFileSync(done, '');
}

/**
 * @param {{ limited?: boolean }} [options] `limited`: with a rate limit that a few messages reach, in place of none
 * @returns {Promise<{ url: string, register: (name: string) => Promise<{ id: string, token: string }>, stop: () => Promise<void> }>}
 */
export async function startSynapse({ limited = false } = {}) {
  await (installed ??= install());
  const dir = mkdtempSync(join(tmpdir(), 'offcurve-synapse-'));
  const port = await freePort();
  const file = join(dir, 'homeserver.yaml');
  writeFileSync(join(dir, 'log.yaml'), 'version: 1\nroot: { level: WARNING }\ndisable_existing_loggers: false\n');
  writeFileSync(file, JSON.stringify(settings(dir, port, limited)));
  mkdirSync(join(dir, 'media'));
  const synapse = ['-m', 'synapse.app.homeserver', '-c', file];
  await run(python, [...synapse, '--generate-keys'], { cwd: dir });
  const server = spawn(python, synapse, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (data) => (said = (said + data).slice(-4_000)));
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (server.exitCode !== null || tries > 600) throw new Error(`Synapse did not start: ${said}`);
    if (
      await fetch(`${url}/health`).then(
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
  return { url, register: (name) => register(url, name), stop };
}

function settings(dir, port, limited) {
  const none = { per_second: 1000, burst_count: 1000 };
  const each = (...names) => Object.fromEntries(names.map((name) => [name, none]));
  return {
    server_name: 'test.local',
    pid_file: join(dir, 'synapse.pid'),
    listeners: [
      {
        port,
        bind_addresses: ['127.0.0.1'],
        type: 'http',
        tls: false,
        resources: [{ names: ['client'], compress: false }],
      },
    ],
    database: { name: 'sqlite3', args: { database: join(dir, 'homeserver.db') } },
    log_config: join(dir, 'log.yaml'),
    media_store_path: join(dir, 'media'),
    signing_key_path: join(dir, 'signing.key'),
    registration_shared_secret: SECRET,
    macaroon_secret_key: 'test-only-macaroon',
    form_secret: 'test-only-form',
    enable_registration: false,
    report_stats: false,
    suppress_key_server_warning: true,
    trusted_key_servers: [],
    federation_domain_whitelist: [],
    rc_login: each('address', 'account', 'failed_attempts'),
    rc_joins: each('local'),
    rc_invites: each('per_room', 'per_user', 'per_issuer'),
    ...each('rc_registration', 'rc_room_creation', 'rc_joins_per_room', 'rc_media_create'),
    rc_message: limited ? { per_second: 1, burst_count: 3 } : none,
  };
}

/** By the shared secret: https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
async function register(url, username) {
  const path = `${url}/_synapse/admin/v1/register`;
  const { nonce } = await (await fetch(path)).json();
  const password = 'test-only-password';
  const mac = createHmac('sha1', SECRET).update([nonce, username, password, 'notadmin'].join('\0')).digest('hex');
  const body = JSON.stringify({ nonce, username, password, admin: false, mac });
  const answer = await (await fetch(path, { method: 'POST', body })).json();
  return { id: answer.user_id, token: answer.access_token };
}
