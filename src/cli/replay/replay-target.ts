// Where a replay goes: to the HTTP interface or onto the Kafka topics.
import type { Played } from './player.js';

/** Takes what is due; resolves when it was accepted. */
export interface ReplayTarget {
  send(played: readonly Played[]): Promise<void>;
  close(): Promise<void>;
}
