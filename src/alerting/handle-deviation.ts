// What people do with a deviation: pure functions to its next version, and one service that writes it with its messages.
import type { Deviation } from './deviation.js';
import type { DeviationStore } from './deviation-store.js';
import { type AlertPolicy, decideAndWrite } from './notify.js';

/** What a person asks for. `until` is milliseconds since the epoch. */
export type HandlingAction =
  { kind: 'acknowledge' } | { kind: 'snooze'; until: number } | { kind: 'resolve' } | { kind: 'false-alarm' };

/** The step in a deviation's story that an action leaves. */
export type HandlingType = 'acknowledged' | 'snoozed' | 'resolved' | 'false-alarm';

/** What became of an action. `changed: false`: it was so already, and `reason` says who or what came first. */
export type Handling =
  | { changed: true; type: HandlingType; deviation: Deviation }
  | { changed: false; reason: string; deviation: Deviation };

/** Eight hours: what a snooze without a time means. */
export const DEFAULT_SNOOZE_MS = 8 * 3_600_000;
/** A snooze beyond this is a way of resolving that nobody sees. */
export const LONGEST_SNOOZE_MS = 30 * 86_400_000;
/** Two people who press "snooze 1 h" within this time asked for the same. */
const SAME_SNOOZE_MS = 60_000;

/** The action cannot be carried out as asked. */
export class HandlingError extends Error {
  override readonly name = 'HandlingError';
  constructor(
    message: string,
    readonly field: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/**
 * The next version of a deviation after a person's action. Asking twice changes nothing the second time, so that two who
 * press at once see one result: the first one's.
 *
 * @throws HandlingError where a snooze ends in the past or too far away
 */
export function handled(deviation: Deviation, action: HandlingAction, actor: string, now: number): Handling {
  switch (action.kind) {
    case 'acknowledge':
      return acknowledged(deviation, actor);
    case 'snooze':
      return snoozed(deviation, action.until, actor, now);
    case 'resolve':
      return resolved(deviation, actor, now);
    case 'false-alarm':
      return falseAlarm(deviation, actor, now);
  }
}

function acknowledged(deviation: Deviation, actor: string): Handling {
  if (deviation.status === 'resolved') return unchanged(deviation, overBy(deviation));
  if (deviation.status === 'acknowledged')
    return unchanged(deviation, `acknowledged already by ${deviation.acknowledgedBy}`);
  // Whoever takes it on after a snooze ends the snooze.
  return next(deviation, 'acknowledged', { status: 'acknowledged', acknowledgedBy: actor, snoozedUntil: null });
}

function snoozed(deviation: Deviation, until: number, actor: string, now: number): Handling {
  if (!Number.isFinite(until) || until <= now)
    throw new HandlingError('the snooze ends in the past', 'until', 'name a time that lies ahead');
  if (until - now > LONGEST_SNOOZE_MS)
    throw new HandlingError('the snooze is longer than 30 days', 'until', 'name a time within 30 days, or resolve it');
  if (deviation.status === 'resolved') return unchanged(deviation, overBy(deviation));
  if (deviation.status === 'snoozed' && Math.abs(deviation.snoozedUntil! - until) < SAME_SNOOZE_MS)
    return unchanged(deviation, `snoozed already by ${deviation.acknowledgedBy}`);
  return next(deviation, 'snoozed', { status: 'snoozed', acknowledgedBy: actor, snoozedUntil: until });
}

function resolved(deviation: Deviation, actor: string, now: number): Handling {
  if (deviation.status === 'resolved') return unchanged(deviation, overBy(deviation));
  return next(deviation, 'resolved', endedBy(actor, now));
}

/** Ends it, too. One that is over already is marked: `audit` counts it as false, whoever ended it. */
function falseAlarm(deviation: Deviation, actor: string, now: number): Handling {
  if (deviation.falseAlarm) return unchanged(deviation, 'marked as a false alarm already');
  const end = deviation.status === 'resolved' ? {} : endedBy(actor, now);
  return next(deviation, 'false-alarm', { ...end, falseAlarm: true });
}

const endedBy = (actor: string, now: number): Partial<Deviation> => ({
  status: 'resolved',
  resolvedAt: now,
  resolvedBy: actor,
  snoozedUntil: null,
});

/** Whoever acted has seen it: nothing is held back or escalated any more. */
const next = (before: Deviation, type: HandlingType, parts: Partial<Deviation>): Handling => ({
  changed: true,
  type,
  deviation: {
    ...before,
    ...parts,
    version: before.version + 1,
    heldUntil: null,
    escalateAt: null,
    companyUntil: null,
  },
});

const unchanged = (deviation: Deviation, reason: string): Handling => ({ changed: false, reason, deviation });

const overBy = ({ resolvedBy }: Deviation): string =>
  resolvedBy === null ? 'it is over by itself' : `it was resolved already by ${resolvedBy}`;

/** So many changes in between, one after the other, are no coincidence. */
const MOST_RACES = 50;

export interface HandlingParts {
  store: DeviationStore;
  policy: AlertPolicy;
  /** Called after a change that wrote messages. */
  nudge: () => void;
  clock: () => number;
}

/**
 * Carries out what people ask for. Each change is compared and set on the deviation's version: whoever loses against
 * another person or against the watch decides anew on what is there then.
 */
export class DeviationHandling {
  constructor(private readonly parts: HandlingParts) {}

  /**
   * What somebody said to a message: about the data event, where the message has become one's.
   *
   * @throws as `handle`
   */
  async handleMessage(id: string, action: HandlingAction, actor: string): Promise<Handling | null> {
    const deviation = await this.parts.store.find(id);
    return deviation && this.handle(deviation.eventId ?? id, action, actor);
  }

  /**
   * Ends the parts of a data event with it, in one commit.
   *
   * @param actor the person's or the token's name, kept in the story
   * @returns null where there is no such deviation
   * @throws HandlingError, or the store's error
   */
  async handle(id: string, action: HandlingAction, actor: string): Promise<Handling | null> {
    const { store, policy, nudge, clock } = this.parts;
    for (let race = 0; race < MOST_RACES; race++) {
      const before = await store.find(id);
      if (before === null) return null;
      const now = clock();
      const handling = handled(before, action, actor, now);
      if (!handling.changed) return handling;
      const ends = before.kind === 'data-event' && handling.deviation.status === 'resolved';
      const all = [{ before, handling }];
      for (const part of ends ? await store.partsOf(id) : []) {
        const ended = handled(part, action, actor, now);
        if (ended.changed) all.push({ before: part, handling: ended });
      }
      const updates = all.map(({ before: { version: fromVersion }, handling: { type, deviation } }) => {
        const { decision, messages } = decideAndWrite({ type, deviation, actor }, policy, now);
        return { deviation, fromVersion, type, actor, messages, decision };
      });
      if (!(await store.updateAll(updates))) continue;
      if (updates.some(({ messages }) => messages.length > 0)) nudge();
      return handling;
    }
    throw new Error(`deviation ${id} was changed by others ${MOST_RACES} times in a row`);
  }
}
