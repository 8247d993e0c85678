// Without Kafka, many small requests: while one batch is committed, what comes meanwhile is gathered for the next.
import { StoreError } from '../runs/store-error.js';
import type { IncomingItem } from './incoming-batch.js';
import type { Ingest } from './ingest.js';
import { Intake, type IntakeStatus, type RefusedItem } from './intake.js';

/** A batch is committed as a whole: larger ones make fewer, longer transactions. */
const MOST_ITEMS = 5_000;
/** Whoever is told that we are not ready sends nothing: after this long somebody has to try again. */
const NOT_READY_MS = 15_000;

interface Waiting {
  id: string;
  items: readonly IncomingItem[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Judged and committed before the answer, in the order of arrival, many requests in one transaction. */
export class GatheredIntake extends Intake {
  private readonly waiting: Waiting[] = [];
  private committing = false;
  private trouble: { reason: string; at: number } | null = null;

  constructor(
    private readonly ingest: Pick<Ingest, 'ingest'>,
    private readonly clock: () => number = Date.now,
  ) {
    super();
  }

  override async take(id: string, items: readonly IncomingItem[]): Promise<RefusedItem[]> {
    if (items.length === 0) return [];
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ id, items, resolve, reject });
      if (!this.committing) void this.commitAll();
    });
    return [];
  }

  override get hasLag(): boolean {
    return false;
  }

  override get status(): IntakeStatus {
    const troubled = this.trouble !== null && this.clock() - this.trouble.at < NOT_READY_MS;
    return troubled ? { ready: false, reason: this.trouble!.reason } : { ready: true, reason: null };
  }

  /** Never rejects: each request hears of its own trouble. */
  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.waiting.length > 0) {
      const requests = [this.waiting.shift()!];
      for (let items = requests[0]!.items.length; this.waiting.length > 0; requests.push(this.waiting.shift()!)) {
        items += this.waiting[0]!.items.length;
        if (items > MOST_ITEMS) break;
      }
      await this.commit(requests);
    }
    // At once, not in a later microtask: whoever hears of a commit may hand over more before that, and would wait forever.
    this.committing = false;
  }

  private async commit(requests: readonly Waiting[]): Promise<void> {
    try {
      const id = requests.map((request) => request.id).join(' ');
      await this.ingest.ingest({ id, source: null, items: requests.flatMap(({ items }) => items) });
      this.trouble = null;
      for (const { resolve } of requests) resolve();
    } catch (error) {
      // Nothing of it was stored. Each by itself: the trouble of one request is not that of its neighbours.
      if (requests.length > 1) for (const request of requests) await this.commit([request]);
      else {
        if (error instanceof StoreError) this.trouble = { reason: error.message, at: this.clock() };
        requests[0]!.reject(error);
      }
    }
  }
}
