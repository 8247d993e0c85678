// What Nest has to say, in our log: its start-up chatter at debug.
import type { LoggerService } from '@nestjs/common';
import type { Log } from './settings/log.js';

export class NestLog implements LoggerService {
  constructor(private readonly parent: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.parent.debug({ from: rest.at(-1) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.parent.warn({ from: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.parent.error({ err: message }, message.message);
    else this.parent.error({ from: rest.at(-1), stack: rest.length > 1 ? rest[0] : undefined }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.parent.fatal({ from: rest.at(-1) }, String(message));
  }
}
