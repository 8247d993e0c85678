// Fetches a run's context from the service, or straight from its database, and prints it as one JSON document.
import { Database } from '../../outbound/postgres/database.js';
import { PostgresRunReader } from '../../outbound/postgres/postgres-run-reader.js';
import { serviceUrl } from '../service-url.js';
import { UserError } from '../user-error.js';

export interface ContextOptions {
  url?: string;
  token?: string;
}

export async function printContext(run: string, options: ContextOptions): Promise<void> {
  const databaseUrl = options.url === undefined ? process.env.DATABASE_URL : undefined;
  const context = databaseUrl
    ? await fromDatabase(run, databaseUrl)
    : await fromService(run, serviceUrl(options.url), options.token ?? process.env.OFFCURVE_TOKEN);
  process.stdout.write(`${context}\n`);
}

async function fromDatabase(run: string, url: string): Promise<string> {
  const database = new Database({ url });
  try {
    const entries = await new PostgresRunReader(database).context(run);
    if (entries === null) throw unknown(run, 'the database at DATABASE_URL');
    return JSON.stringify({ run, entries });
  } finally {
    await database.close();
  }
}

async function fromService(run: string, url: string, token: string | undefined): Promise<string> {
  let response: Response;
  try {
    response = await fetch(new URL(`/v1/runs/${encodeURIComponent(run)}/context`, url), {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new UserError(`${url} does not answer: ${reason}`, 'start the service, correct --url, or set DATABASE_URL');
  }
  const text = await response.text();
  if (response.status === 404) throw unknown(run, url);
  if (response.status === 401 || response.status === 403)
    throw new UserError(
      `${url} answered ${response.status}`,
      'pass a token with the scope read by --token or OFFCURVE_TOKEN',
    );
  if (!response.ok) throw new UserError(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text.trim();
}

const unknown = (run: string, where: string): UserError =>
  new UserError(`${where} knows no run "${run}"`, 'give the id that the run sends as `run`');
