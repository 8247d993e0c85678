// The port of the way in for what does not come from Kafka: answers once nothing of it can be lost any more.
import type { Rejection } from '../runs/rejection.js';
import type { IncomingItem } from './incoming-batch.js';
import type { Ingest } from './ingest.js';

/** An item that was well-formed and cannot be taken all the same; `index` is its place in what was handed over. */
export interface RefusedItem {
  index: number;
  rejection: Rejection;
}

/** Whether records come in, and why not. */
export interface IntakeStatus {
  ready: boolean;
  /** Why it is not ready, or null. */
  reason: string | null;
}

/** Takes checked records and announcements. Where Kafka is configured they go through it, so that its order is the only one. */
export abstract class Intake {
  /**
   * Resolves when all items are safe: committed, or acknowledged by all of Kafka's replicas and then judged like any other.
   *
   * @param id goes through all log lines that this batch causes
   * @returns the items that were refused; the others are in
   * @throws StoreError where they could not be made safe. Some may be in; sending all again does no harm.
   */
  abstract take(id: string, items: readonly IncomingItem[]): Promise<RefusedItem[]>;
  /** True while records may wait that nobody has judged: nothing can be called silent then. */
  abstract get hasLag(): boolean;
  abstract get status(): IntakeStatus;
}

/** Without Kafka: judged and committed before the answer. */
export class DirectIntake extends Intake {
  constructor(private readonly ingest: Ingest) {
    super();
  }

  override async take(id: string, items: readonly IncomingItem[]): Promise<RefusedItem[]> {
    if (items.length > 0) await this.ingest.ingest({ id, source: null, items: [...items] });
    return [];
  }

  override get hasLag(): boolean {
    return false;
  }

  override get status(): IntakeStatus {
    return { ready: true, reason: null };
  }
}
