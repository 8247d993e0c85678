// From the errors of pg and Prisma to the store's own: by code, never by message.
import { StoreError } from '../../runs/store-error.js';

/** Of the network, from Node. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/**
 * Classes of SQLSTATE that pass: connection, resources (too many clients, disk full), the operator's doing (restart),
 * system errors. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING_CLASSES = new Set(['08', '53', '57', '58']);
/** Two transactions in each other's way: serialization failure, deadlock, lock not available. */
const IN_THE_WAY = new Set(['40001', '40P01', '55P03']);
/** A standby that is not promoted yet, or a primary that no longer is one: the next connection finds the other. */
const READ_ONLY = '25006';
/** Prisma: unreachable, timed out, connection closed, pool exhausted, transaction lost, write conflict. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);

/** What Prisma puts before what went wrong: the call, over several lines. */
const CALLED = /^\s*Invalid `[^`]*` invocation[^:]*:\s*/;

interface Coded {
  code?: unknown;
  meta?: { driverAdapterError?: unknown };
  cause?: unknown;
  originalCode?: unknown;
  message?: string;
}

/** The error as the store's own; one that is already is given back. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = (error instanceof Error ? error.message : String(error)).replace(CALLED, '');
  return new StoreError(`the database: ${message}`, isRetriable(error), { cause: error });
}

/** Runs `work`, its errors turned into the store's own. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/** An error and what it came of, the outermost first. */
export function* causesOf(error: unknown): Generator<{ code: unknown; part: Coded }> {
  for (let part = error as Coded | undefined, depth = 0; part && depth < 6; depth++) {
    yield { code: part.originalCode ?? part.code, part };
    part = (part.meta?.driverAdapterError ?? part.cause) as Coded | undefined;
  }
}

function isRetriable(error: unknown): boolean {
  for (const { code, part } of causesOf(error)) {
    if (typeof code === 'string') {
      if (NETWORK.has(code) || IN_THE_WAY.has(code) || PRISMA.has(code)) return true;
      // Prisma's own codes have that form, too; what the server said lies deeper. Of PostgreSQL's only class P0 begins with P.
      if (/^(?!P[1-9])[0-9A-Z]{5}$/.test(code)) return code === READ_ONLY || PASSING_CLASSES.has(code.slice(0, 2));
    } else if (isLostConnection(part)) return true;
  }
  return false;
}

/** What pg gives no code for: the connection ended in the middle of a query, or could not be made in time. */
const isLostConnection = ({ message }: Coded): boolean =>
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    message ?? '',
  );
