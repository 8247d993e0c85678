// What people said of messages that are still open while nobody listened: which of it is news.
import type { HandlingAction } from './handle-deviation.js';

/** A message of a deviation that is not over, and what people have done with it so far. */
export interface OpenMessage {
  deviation: string;
  /** Ids that the service gave it, the message itself first. */
  ids: string[];
  place?: string;
  /** What people did: the types of their changes. */
  done: string[];
  /** When they last did something (ms); null: never. */
  doneAt: number | null;
}

export interface FoundWord {
  action: HandlingAction;
  actor: string;
  /** When it was said (ms); null where the service does not tell, as of reactions. */
  at: number | null;
}

const TYPES: Readonly<Record<HandlingAction['kind'], string>> = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  resolve: 'resolved',
  'false-alarm': 'false-alarm',
};

/**
 * Words that nobody has carried out yet, in the order in which they were said, those without a time first. One with a time
 * is news if it is later than all that people did; one without if nobody has done the same: a sign stays where it was put,
 * and must not undo what came after it.
 */
export function missedWords({ done, doneAt }: OpenMessage, found: readonly FoundWord[]): FoundWord[] {
  return found
    .filter(({ action, at }) => (at === null ? !done.includes(TYPES[action.kind]) : at > (doneAt ?? -Infinity)))
    .toSorted((a, b) => (a.at ?? -Infinity) - (b.at ?? -Infinity) || 0);
}
