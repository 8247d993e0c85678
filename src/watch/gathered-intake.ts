// Without Kafka, many small requests: while one batch is committed, what comes meanwhile is gathered for the next.
import type { IncomingItem } from './incoming-batch.js';
import type { Ingest } from './ingest.js';
import { Intake, type IntakeStatus, type RefusedItem } from './intake.js';

/** A batch is committed as a whole: larger ones make fewer, longer transactions. */
const MOST_ITEMS = 5_000;

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

  constructor(private readonly ingest: Pick<Ingest, 'ingest'>) {
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
    return { ready: true, reason: null };
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
      for (const { resolve } of requests) resolve();
    } catch (error) {
      // Nothing of it was stored. Each by itself: the trouble of one request is not that of its neighbours.
      if (requests.length > 1) for (const request of requests) await this.commit([request]);
      else requests[0]!.reject(error);
    }
  }
}
