// The service's log: JSON lines on standard output, with nothing secret in them.
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

/** Wherever these stand in a log line, their value is left out. */
const SECRET = ['authorization', 'cookie', 'token', 'secret', 'password', 'databaseUrl', 'sasl'];
const PATHS = SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** A log of the level given (LOG_LEVEL). Warnings and worse name what somebody may have to do; debug tells each batch. */
export function createLog(level: string, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: PATHS, censor: '…' },
  };
  return stream ? pino(options, stream) : pino(options);
}

export type { Logger as Log } from 'pino';
