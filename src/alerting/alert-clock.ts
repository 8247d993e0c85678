// What time alone changes of a deviation: a snooze ends, quiet hours end, nobody has acknowledged it.
import type { NotifiedChange } from './decide-notification.js';
import type { Deviation } from './deviation.js';
import type { DeviationStore } from './deviation-store.js';
import { type AlertPolicy, decideAndWrite } from './notify.js';

const EVERY_MS = 5_000;
const PAGE = 200;

/** The change that is due, or null. One at a time: what else is due comes with the next look. */
export function woken(deviation: Deviation, now: number): NotifiedChange | null {
  const { status, snoozedUntil, heldUntil, escalateAt, version } = deviation;
  if (status === 'resolved') return null;
  const next = (type: NotifiedChange['type'], parts: Partial<Deviation>): NotifiedChange => ({
    type,
    deviation: { ...deviation, ...parts, version: version + 1 },
  });
  if (status === 'snoozed' && snoozedUntil !== null && snoozedUntil <= now)
    return next('snooze-ended', { status: 'open', acknowledgedBy: null, snoozedUntil: null });
  if (heldUntil !== null && heldUntil <= now) return next('released', { heldUntil: null });
  if (escalateAt !== null && escalateAt <= now) {
    // Whoever acknowledges stops the escalation; a snooze puts it off until it has ended.
    if (status === 'open') return next('escalated', { escalateAt: null });
  }
  return null;
}

export interface AlertClockParts {
  store: DeviationStore;
  policy: AlertPolicy;
  /** Called after a change that wrote messages. */
  nudge: () => void;
  /** Called after every change, so that open pages show it. */
  changed: (deviation: Deviation) => void;
  onError: (error: unknown) => void;
  clock: () => number;
}

/** Looks every few seconds. Several instances may: each change is compared and set, and only one wins. */
export class AlertClock {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: AlertClockParts) {}

  start(everyMs = EVERY_MS): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch(this.parts.onError);
    }, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  /** One look; says how many deviations changed. */
  async look(): Promise<number> {
    const { store, policy, nudge, clock } = this.parts;
    const now = clock();
    let changed = 0;
    for (const before of await store.due(now, PAGE)) {
      const change = woken(before, now);
      if (change === null) continue;
      const { decision, messages } = decideAndWrite(change, policy, now);
      const { deviation, type } = change;
      const update = { deviation, fromVersion: before.version, type, actor: null, messages, decision };
      // Somebody was quicker: the next look sees what is there then.
      if (!(await store.update(update))) continue;
      changed++;
      this.parts.changed(deviation);
      if (messages.length > 0) nudge();
    }
    return changed;
  }
}
