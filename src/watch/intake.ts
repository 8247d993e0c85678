// The port of the way in for what does not come from Kafka: answers once nothing of it can be lost any more.
import type { Rejection } from '../runs/rejection.js';
import type { IncomingItem } from './incoming-batch.js';

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

/** What stands between the caller and the store is away; the same call may work a little later. */
export class IntakeError extends Error {
  override readonly name = 'IntakeError';
  constructor(
    message: string,
    /** For whoever runs the service: which setting, what is wrong, what to do. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Takes checked records and announcements. Where Kafka is configured they go through it, so that its order is the only one. */
export abstract class Intake {
  /**
   * Resolves when all items are safe: committed, or acknowledged by all of Kafka's replicas and then judged like any other.
   *
   * @param id goes through all log lines that this batch causes
   * @returns the items that were refused; the others are in
   * @throws StoreError or IntakeError where they could not be made safe. Some may be in; sending all again does no harm.
   */
  abstract take(id: string, items: readonly IncomingItem[]): Promise<RefusedItem[]>;
  /** True while records may wait that nobody has judged: nothing can be called silent then. */
  abstract get hasLag(): boolean;
  abstract get status(): IntakeStatus;
}
