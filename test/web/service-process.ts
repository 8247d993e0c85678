// The service as its users start it, in a process of its own that can be killed, on a fresh database.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase } from '../postgres/test-database.js';
import { ensureBuilt, root } from './built.js';

const STARTS_WITHIN_MS = 30_000;

export interface ServiceProcess {
  url: string;
  /** SIGKILL: no goodbye to anybody. */
  kill(): Promise<void>;
  /** Starts it again where it was, with the same data. */
  start(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
  /** Sends records (`metrics`) or announcements (`runs`); all must be taken. */
  send(kind: 'metrics' | 'runs', items: readonly unknown[]): Promise<void>;
  get<T>(path: string): Promise<T>;
}

/**
 * @param tokens `OFFCURVE_TOKENS`, and the one that this test sends with
 * @param environment further variables of the process
 */
export async function serviceProcess(
  tokens?: { all: string; own: string },
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  ensureBuilt();
  const databaseUrl = await emptyDatabase();
  // The config file is looked for where the service starts: it must find nobody's.
  const folder = mkdtempSync(join(tmpdir(), 'offcurve-web-'));
  let child: ChildProcess | null = null;
  let port = '0';

  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [join(root, 'bin/offcurve.js'), 'serve', '--port', port], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: databaseUrl,
        LOG_LEVEL: 'silent',
        ...(tokens && { OFFCURVE_TOKENS: tokens.all }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    port = new URL(await addressOf(child)).port;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  await start();
  const url = `http://127.0.0.1:${port}`;
  const headers: Record<string, string> = tokens ? { authorization: `Bearer ${tokens.own}` } : {};
  return {
    url,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    send: async (kind, items) => {
      const response = await fetch(`${url}/v1/${kind}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...headers },
        body: items.map((item) => JSON.stringify(item)).join('\n'),
      });
      const text = await response.text();
      if (response.status !== 202) throw new Error(`${response.status}: ${text}`);
      expect(JSON.parse(text).rejected).toEqual([]);
    },
    get: async <T>(path: string) => {
      const response = await fetch(url + path, { headers });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
}

/** The address that the service says it listens on. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`the service did not start: ${said}`)), STARTS_WITHIN_MS);
    const hear = (chunk: Buffer): void => {
      said += String(chunk);
      const address = /listening on (http:\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      found(address);
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      failed(new Error(`the service ended with ${code}: ${said}`));
    });
  });
}
