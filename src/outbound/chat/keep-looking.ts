// Looks at what a chat service has to say again and again until stopped or refused, with growing waits while that fails.
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../alerting/backoff.js';

/** Resolves after `ms`, or at once when it is all to end. */
export const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** The service refuses us for good: it would refuse another try, too. */
export class RefusedForGoodError extends Error {
  override readonly name = 'RefusedForGoodError';
}

export class KeepLooking {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @param look asks once, within `signal`, and carries out the answer */
  constructor(
    private readonly look: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Aborted when it is all to end. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.look();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.onError(error);
        if (error instanceof RefusedForGoodError) return;
        await rest(backoffMs(++failures, null, Math.random()), signal);
      }
    }
  }
}
