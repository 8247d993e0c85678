// The service itself for one test file: in this process, on a free port, with a fresh database in the shared Postgres.
import { type RunningService, startService } from '../../src/main.js';
import { createLog } from '../../src/settings/log.js';
import { type Environment, readSettings } from '../../src/settings/settings.js';
import { emptyDatabase } from '../postgres/test-database.js';

export interface TestService extends RunningService {
  databaseUrl: string;
  /** A request with a JSON body, or none; the answer's body parsed where it is JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says itself what it expects */
  json: any;
}

/** @param log lines of the service's log go here */
export async function testService(environment: Environment = {}, log?: string[]): Promise<TestService> {
  const databaseUrl = environment.DATABASE_URL ?? (await emptyDatabase());
  const settings = readSettings({ PORT: '0', ...environment, DATABASE_URL: databaseUrl });
  const stream = { write: (line: string) => void log?.push(line) };
  const service = await startService(settings, createLog(log ? 'debug' : 'silent', stream));
  return {
    ...service,
    databaseUrl,
    call: (method, path, body, headers = {}) => {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
      return answerOf(
        fetch(service.url + path, {
          method,
          headers: { ...(raw ? {} : { 'content-type': 'application/json' }), ...headers },
          body: raw ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body),
        }),
      );
    },
  };
}

async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const response = await asked;
  const text = await response.text();
  const isJson =
    /json/.test(response.headers.get('content-type') ?? '') && !/ndjson/.test(response.headers.get('content-type')!);
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

/** Looks again until `look` gives something other than null or false. */
export async function eventually<T>(look: () => Promise<T | null | false>, withinMs = 15_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
