// Writes the daily digest when its time has come; several instances write it once.
import type { RunReader } from '../runs/run-reader.js';
import { type DigestPart, type RunOutlook, digestMessages } from './digest.js';
import type { DeviationStore } from './deviation-store.js';
import type { Sender } from './notification.js';
import type { OutboxStore } from './outbox-store.js';
import { type TimeOfDay, lastAt } from './time-of-day.js';

const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;
/** A digest that is later than this is left out: the next one says it all. */
const LATEST_MS = 3_600_000;
const MOST_DEVIATIONS = 1_000;
const PAGE = 200;
/** Runs whose forecast is told; more nobody reads. */
const MOST_RUNS = 50;

export interface DigestClockParts {
  at: TimeOfDay;
  channels: readonly string[];
  deviations: Pick<DeviationStore, 'between'>;
  runs: Pick<RunReader, 'list' | 'forecasts'>;
  outbox: Pick<OutboxStore, 'add'>;
  sender: Sender;
  /** Called after messages were written. */
  nudge: () => void;
  onError: (error: unknown) => void;
  clock: () => number;
}

export class DigestClock {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<unknown> = Promise.resolve();
  private written = -Infinity;

  constructor(private readonly parts: DigestClockParts) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(this.parts.onError);
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  /** True where a digest was due and is written. */
  async look(): Promise<boolean> {
    const { at, channels, sender, outbox, nudge, clock } = this.parts;
    const now = clock();
    const due = lastAt(at, now);
    if (due <= this.written || now - due > LATEST_MS) return false;
    await outbox.add(digestMessages(channels, await this.part(due), sender));
    this.written = due;
    nudge();
    return true;
  }

  private async part(to: number): Promise<DigestPart> {
    const from = to - DAY_MS;
    const deviations = await this.parts.deviations.between(from, to, MOST_DEVIATIONS);
    let running = 0;
    const outlooks: RunOutlook[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.parts.runs.list({ status: 'running', limit: PAGE, after });
      running += page.items.length;
      for (const run of page.items)
        if (outlooks.length < MOST_RUNS) outlooks.push(...outlooksOf(run, await this.parts.runs.forecasts(run.id)));
      if (page.next === null) return { from, to, deviations, running, outlooks };
      after = page.next;
    }
  }
}

/** The first metric that has a forecast of its end: the loss. */
function outlooksOf(run: RunOutlook['run'], forecasts: Awaited<ReturnType<RunReader['forecasts']>>): RunOutlook[] {
  for (const { metric, forecast } of forecasts ?? []) {
    const { final, until } = forecast as { final: RunOutlook['final'] | null; until: number | null };
    if (final && until !== null) return [{ run, metric, until, final }];
  }
  return [];
}
