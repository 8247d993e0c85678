// The port for deviations outside the batch: reading them, and what people do with them.
import type { Page } from '../runs/run-reader.js';
import type { NotificationDecision } from './decide-notification.js';
import type { DeviationKind } from '../core/detection/deviation-kinds.js';
import type { Deviation, DeviationStatus } from './deviation.js';
import type { OutboxMessage } from './outbox-message.js';

export interface DeviationFilter {
  run?: string;
  status?: DeviationStatus;
  kind?: DeviationKind;
  after?: string;
  limit: number;
}

/** A step in a deviation's story. `actor` is a person's or a token's name, null for offcurve itself. */
export interface DeviationStep {
  version: number;
  type: string;
  at: number;
  actor: string | null;
  deviation: Deviation;
  /** Who was to be told of this version, and why. */
  decision: NotificationDecision | null;
}

/** How a notification stands. */
export interface NotificationStatus {
  id: string;
  channel: string;
  type: string;
  /** `held`: the channel's rate limit left it out; a summary says so. */
  state: 'pending' | 'sent' | 'failed' | 'held';
  tries: number;
  createdAt: number;
  sentAt: number | null;
  lastError: string | null;
}

/** What a person's action, or the clock, changes; `fromVersion` is the version it was decided on, null for what begins. */
export interface DeviationUpdate {
  deviation: Deviation;
  fromVersion: number | null;
  type: string;
  /** Null: the clock. */
  actor: string | null;
  messages: OutboxMessage[];
  decision?: NotificationDecision;
}

export abstract class DeviationStore {
  abstract list(filter: DeviationFilter): Promise<Page<Deviation>>;
  abstract find(id: string): Promise<Deviation | null>;
  abstract story(id: string): Promise<DeviationStep[]>;
  abstract notifications(id: string): Promise<NotificationStatus[]>;
  /** Those at which the clock must look: `wakeAt` has passed; the longest due first. */
  abstract due(now: number, limit: number): Promise<Deviation[]>;
  /** Of runs with one data order: those that are not over, or are not yet told; data events among them. Oldest first. */
  abstract ofDataOrder(dataOrder: string): Promise<Deviation[]>;
  /**
   * Of other runs of the same data order (of the same project, where it has none): those of its metric and side that began
   * within what the onsets' errors allow, over or not. Newest first.
   */
  abstract near(deviation: Deviation, limit: number): Promise<Deviation[]>;
  /** What opened at or after a time (ms), is not over, and is no history, but for these. Oldest first. */
  abstract openedSince(from: number, except: readonly string[], limit: number): Promise<Deviation[]>;
  /** The parts of a data event, also those that are over. Oldest first. */
  abstract partsOf(eventId: string): Promise<Deviation[]>;
  /** What opened or ended between two times (ms), and what is not over. Oldest first. */
  abstract between(from: number, to: number, limit: number): Promise<Deviation[]>;
  /** Data events that are not over. */
  abstract openEvents(): Promise<Deviation[]>;
  /** Writes the changes with their messages in one transaction; false, and nothing written, where another change came first. */
  abstract updateAll(updates: readonly DeviationUpdate[]): Promise<boolean>;
}
