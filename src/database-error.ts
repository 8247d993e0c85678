// Why the database that DATABASE_URL names cannot be used, with what to do about it: by code, never by message.
import { causesOf } from './outbound/postgres/to-store-error.js';
import type { StoreError } from './runs/store-error.js';
import { ServiceError } from './service-error.js';

/** SQLSTATE, or Node's code of the network or the file system. */
const FIXES: Readonly<Record<string, string>> = {
  '28P01': 'correct user and password in DATABASE_URL',
  '28000': 'correct the user in DATABASE_URL, or let it in by pg_hba.conf',
  '3D000': 'create the database, or correct its name, the last part of DATABASE_URL',
  '42501': 'let the user own the database: ALTER DATABASE name OWNER TO user',
  '53300': "raise the user's or the server's limit of connections, or lower DATABASE_CONNECTIONS",
  '57P03': 'wait until PostgreSQL has started',
  ECONNREFUSED: 'start PostgreSQL, or correct host and port in DATABASE_URL',
  ENOTFOUND: 'correct the host in DATABASE_URL',
  ENOENT: 'correct the file that DATABASE_URL names',
};
const OTHERWISE = 'start PostgreSQL, or correct DATABASE_URL';

/** For whoever starts the service. */
export function databaseError(error: StoreError): ServiceError {
  const codes = [...causesOf(error)].map(({ code }) => String(code));
  const fix = codes.map((code) => FIXES[code]).find((one) => one !== undefined) ?? OTHERWISE;
  return new ServiceError(`DATABASE_URL: ${error.message}`, `${fix}; unset, the service brings its own`);
}
