// What all listeners lean on: whose message somebody speaks of, and how what they ask for is carried out.
import type { HandlingAction } from '../../alerting/handle-deviation.js';
import { type FoundWord, type OpenMessage, missedWords } from '../../alerting/missed-words.js';
import type { OutboxStore } from '../../alerting/outbox-store.js';

/** What all of them understand, for people who read a message. */
export const HOW_TO_ANSWER =
  'React 👀 to acknowledge, 💤 to snooze for 8 h, ✅ to resolve, ❌ for a false alarm; or reply ack, snooze 1h, resolve, false alarm.';

/** Runs until stopped. */
export interface Listener {
  start(): void;
  stop(): Promise<void>;
}

export interface ListenerParts {
  /** The channel's name. */
  channel: string;
  outbox: Pick<OutboxStore, 'deviationOf' | 'openMessages'>;
  /** Carries out what somebody asked for, and says what became of it; asking twice changes nothing the second time. */
  handle: (deviation: string, action: HandlingAction, actor: string) => Promise<string>;
  onError: (error: unknown) => void;
}

/** Something asked of a message by the id that the service gave it. Null where the message is none of ours. */
export async function carryOut(
  { channel, outbox, handle }: ListenerParts,
  about: string,
  action: HandlingAction | null,
  actor: string,
): Promise<string | null> {
  if (action === null) return null;
  const deviation = await outbox.deviationOf(channel, about);
  return deviation === null ? null : handle(deviation, action, actor);
}

/** What was found at an open message, as far as it is news. */
export async function carryOutMissed(
  { handle }: ListenerParts,
  open: OpenMessage,
  found: readonly FoundWord[],
): Promise<void> {
  for (const { action, actor } of missedWords(open, found)) await handle(open.deviation, action, actor);
}
