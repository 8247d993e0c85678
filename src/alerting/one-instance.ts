// Runs something in one instance at a time: whoever holds the lease. Another goes on where the holder is gone or hangs.
import type { Leases } from './leases.js';

const LEASE_MS = 30_000;
const LOOK_MS = 5_000;

/** Runs from its start until its stop. */
export interface Companion {
  start(): void;
  stop(): Promise<void>;
}

export interface OneInstanceParts {
  leases: Leases;
  /** The lease's name. */
  name: string;
  /** This instance's own word for itself. */
  holder: string;
  /** Makes what is to run. `isHeld` says whether the lease is still ours: an instance that was frozen finds it is not. */
  begin: (isHeld: () => boolean) => Companion;
  onError: (error: unknown) => void;
  clock: () => number;
}

export class OneInstance implements Companion {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private running: Companion | null = null;
  private heldUntil = -Infinity;

  constructor(private readonly parts: OneInstanceParts) {}

  start(): void {
    const again = (): void => void (this.looking = this.looking.then(() => this.look()).catch(this.parts.onError));
    again();
    this.timer = setInterval(again, LOOK_MS);
  }

  async stop(): Promise<void> {
    const { leases, name, holder, onError } = this.parts;
    if (this.timer) clearInterval(this.timer);
    await this.looking;
    await this.end();
    await leases.release(name, holder).catch(onError);
  }

  /** One look: takes the lease, or renews it. */
  async look(): Promise<void> {
    const { leases, name, holder, begin, clock } = this.parts;
    // From before the question: the store counts from later on.
    const asked = clock();
    try {
      this.heldUntil = (await leases.take(name, holder, LEASE_MS)) ? asked + LEASE_MS : -Infinity;
    } finally {
      if (!this.isHeld()) await this.end();
    }
    if (this.running !== null || !this.isHeld()) return;
    this.running = begin(() => this.isHeld());
    this.running.start();
  }

  private isHeld(): boolean {
    return this.parts.clock() < this.heldUntil;
  }

  private async end(): Promise<void> {
    const ending = this.running;
    this.running = null;
    await ending?.stop();
  }
}
