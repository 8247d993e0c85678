// What kafkajs has to say, in our log: a retry is no error, and nothing is written to the console.
import { type LogEntry, logLevel } from 'kafkajs';

/** The part of a pino logger that the Kafka side uses. */
export interface KafkaLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A log that keeps silent, for command line tools that report errors themselves. */
export const silentLog: KafkaLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The log itself has time and message; stacks inside kafkajs help nobody. */
const SAID_OTHERWISE = new Set(['message', 'timestamp', 'logger', 'stack']);

/** For kafkajs's `logCreator`. Its errors are those of one try; whoever gives up says so in the service's own words. */
export const kafkajsLog =
  (log: KafkaLog) =>
  () =>
  ({ namespace, level, log: entry }: LogEntry): void => {
    const details = Object.fromEntries(Object.entries(entry).filter(([key]) => !SAID_OTHERWISE.has(key)));
    const line = `kafkajs ${namespace}: ${entry.message}`;
    if (level === logLevel.ERROR || level === logLevel.WARN) log.info(details, line);
    else log.debug(details, line);
  };
