// How many runs share the fleet's budget of false alarms: those of all instances, counted in the store now and then.
import type { RunReader } from '../runs/run-reader.js';

const EVERY_MS = 10_000;

export interface RunningFleetParts {
  reader: Pick<RunReader, 'countRunning'>;
  onError: (error: unknown) => void;
}

/** Never in a record's way: what it says is a few seconds old. Begins and ends with the application. */
export class RunningFleet {
  private counted = 0;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RunningFleetParts) {}

  /** Runs in the store that were running at the last look. */
  get stored(): number {
    return this.counted;
  }

  async look(): Promise<void> {
    this.counted = await this.parts.reader.countRunning();
  }

  /** Before anything is judged: after a restart each run would think itself alone. */
  onModuleInit(): Promise<void> {
    return this.look();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(this.parts.onError);
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }
}
