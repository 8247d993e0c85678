// What time alone changes of a deviation: a snooze, a silence or quiet hours end, nobody has acknowledged it, others joined it.
import type { NotifiedChange } from './decide-notification.js';
import type { Deviation } from './deviation.js';
import { EventGatherer, type GathererParts } from './gather-events.js';
import { decideAndWrite } from './notify.js';
import { type Silence, silenceFor } from './silence.js';

const EVERY_MS = 1_000;
const PAGE = 200;
/** What opened longer ago than this when the clock first looks is left as it is. */
const HINTED_MS = 600_000;

/** The change that is due, or null. One at a time: what else is due comes with the next look. */
export function woken(deviation: Deviation, silences: readonly Silence[], now: number): NotifiedChange | null {
  const { status, snoozedUntil, heldUntil, escalateAt, silencedUntil, version } = deviation;
  if (status === 'resolved') return null;
  const next = (type: NotifiedChange['type'], parts: Partial<Deviation>): NotifiedChange => ({
    type,
    deviation: { ...deviation, ...parts, version: version + 1 },
  });
  if (status === 'snoozed' && snoozedUntil !== null && snoozedUntil <= now)
    return next('snooze-ended', { status: 'open', acknowledgedBy: null, snoozedUntil: null });
  const silent = silenceFor(deviation, silences, now)?.endsAt ?? null;
  if (silencedUntil !== null || silent !== null) {
    // Another silence may have taken over; without one, what it held back is decided anew.
    if (silent === silencedUntil) return null;
    return silent === null ? next('silence-ended', { silencedUntil: null }) : next('silenced', {});
  }
  if (heldUntil !== null && heldUntil <= now) return next('released', { heldUntil: null });
  if (escalateAt !== null && escalateAt <= now) {
    // Whoever acknowledges stops the escalation; a snooze puts it off until it has ended.
    if (status === 'open') return next('escalated', { escalateAt: null });
  }
  return null;
}

export interface AlertClockParts extends GathererParts {
  /** Reads the silences again. */
  refresh?: () => Promise<void>;
  onError: (error: unknown) => void;
  clock: () => number;
}

/** Looks every few seconds. Several instances may: each change is compared and set, and only one wins. */
export class AlertClock {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<unknown> = Promise.resolve();
  private readonly events: EventGatherer;
  /** Of what opened lately: what was asked already for the same step in other runs. */
  private asked = new Set<string>();
  private askedSince = 0;

  constructor(private readonly parts: AlertClockParts) {
    this.events = new EventGatherer(parts);
  }

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
    const { store, policy, nudge, clock, refresh } = this.parts;
    await refresh?.();
    const now = clock();
    let changed = await this.events.follow(now);
    changed += await this.hint(now);
    for (const { id } of await store.due(now, PAGE)) {
      // One that came before it in this look may have taken it along.
      const before = await store.find(id);
      if (before?.companyUntil != null) {
        if (before.companyUntil <= now && (await this.events.settle(before, now))) changed++;
        continue;
      }
      const change = before && woken(before, policy.silences, now);
      if (!change) continue;
      const { decision, messages } = decideAndWrite(change, policy, now);
      const { deviation, type } = change;
      const update = { deviation, fromVersion: before.version, type, actor: null, messages, decision };
      // Somebody was quicker: the next look sees what is there then.
      if (!(await store.updateAll([update]))) continue;
      changed++;
      this.parts.changed(deviation);
      if (messages.length > 0) nudge();
    }
    return changed;
  }

  private async hint(now: number): Promise<number> {
    const since = now - HINTED_MS;
    // Once a window all are asked anew: another run may have left its curve meanwhile, and ids of before come no more.
    if (this.askedSince < since) {
      this.askedSince = now;
      this.asked = new Set();
    }
    return this.events.hint(since, this.asked, now);
  }
}
