// Times what a connection is asked, and tells of statements that take too long, each with the plan that the server has for it.
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type pg from 'pg';

export interface SlowQuery {
  sql: string;
  milliseconds: number;
  /** The server's plan for the statement with the same parameters, made afterwards; null for what has none. */
  plan: string | null;
}

export interface SlowQueryWatch {
  /** Statements that take longer are told of. */
  thresholdMs: number;
  onSlow: (query: SlowQuery) => void;
}

type Query = (...parts: unknown[]) => unknown;

/** From now on `client` tells of its slow statements. Plans are asked of `pool`, never on the connection itself. */
export function watchSlowQueries(client: pg.PoolClient, pool: pg.Pool, { thresholdMs, onSlow }: SlowQueryWatch): void {
  const ask = client.query.bind(client) as Query;
  const timed: Query = (...parts) => {
    const started = performance.now();
    const answer = ask(...parts);
    // What is read by COPY comes as a stream.
    const answered = answer instanceof Readable ? finished(answer) : answer instanceof Promise ? answer : null;
    if (answered !== null)
      void answered
        .then(async () => {
          const milliseconds = performance.now() - started;
          if (milliseconds <= thresholdMs) return;
          const { text, values } = statementOf(parts);
          onSlow({ sql: text, milliseconds: Math.round(milliseconds), plan: await planOf(pool, text, values) });
        })
        // Whoever asked hears of the error himself.
        .catch(() => undefined);
    return answer;
  };
  client.query = timed as typeof client.query;
}

function statementOf([first, second]: unknown[]): { text: string; values: unknown[] } {
  if (typeof first === 'string') return { text: first, values: Array.isArray(second) ? second : [] };
  const { text = '', values = [] } = (first ?? {}) as { text?: string; values?: unknown[] };
  return { text, values: Array.isArray(second) ? second : values };
}

async function planOf(pool: pg.Pool, text: string, values: unknown[]): Promise<string | null> {
  if (!/^\s*(select|with|insert|update|delete)\b/i.test(text)) return null;
  try {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } catch {
    return null;
  }
}
