// Reads deviations from the service's HTTP interface as they come, and says a line for each.
import { setTimeout as sleep } from 'node:timers/promises';

/** The fields of a deviation that the demo reads. */
export interface SeenDeviation {
  id: string;
  run: string | null;
  kind: string;
  status: string;
  started_at_step: number;
  step: number;
  headline: string;
}

const LOOK_MS = 500;
const MOST_A_LOOK = 100;

/** Knows nothing but what the service answers; deviations that were there before it began are not news. */
export class DeviationFeed {
  private readonly told = new Set<string>();
  private readonly began = Date.now();
  private readonly stop = new AbortController();
  private readonly looking: Promise<void>;
  private readonly listeners: ((deviation: SeenDeviation) => void)[] = [];

  constructor(
    private readonly url: string,
    private readonly say: (line: string) => void,
  ) {
    this.looking = this.lookOn();
  }

  /** Resolves with the first deviation of a run that has a name, or null where `signal` aborts first. */
  firstOf(run: string, signal: AbortSignal): Promise<SeenDeviation | null> {
    return new Promise((done) => {
      this.listeners.push((deviation) => deviation.run === run && done(deviation));
      if (signal.aborted) done(null);
      signal.addEventListener('abort', () => done(null), { once: true });
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.looking;
  }

  private async lookOn(): Promise<void> {
    while (!this.stop.signal.aborted) {
      await this.look().catch(() => undefined); // the service may be on its way down
      await sleep(LOOK_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const response = await fetch(`${this.url}/v1/deviations?limit=${MOST_A_LOOK}`, { signal: this.stop.signal });
    const { items } = (await response.json()) as { items: (SeenDeviation & { opened_at: string })[] };
    for (const deviation of items.reverse()) {
      // While the evidence does not separate kinds there is nothing to say yet.
      if (deviation.kind === 'pending' || this.told.has(deviation.id)) continue;
      if (Date.parse(deviation.opened_at) < this.began) continue;
      this.told.add(deviation.id);
      this.say(`  ! ${deviation.headline}  ${this.url}/deviations/${deviation.id}`);
      for (const listener of this.listeners) listener(deviation);
    }
  }
}
