// Gathers deviations of runs that read the same batches into data events, and keeps the events as their parts stand.
import { isSameCause } from './company.js';
import { dataEvent, isOver, leadOf, withParts } from './data-event.js';
import { type NotifiedChange, channelsOfEverything } from './decide-notification.js';
import type { Deviation } from './deviation.js';
import type { DeviationStore, DeviationUpdate } from './deviation-store.js';
import { elsewhere } from './elsewhere.js';
import { type AlertPolicy, decideAndWrite } from './notify.js';

export interface GathererParts {
  store: DeviationStore;
  policy: AlertPolicy;
  /** Called after a change that wrote messages. */
  nudge: () => void;
  /** Called after every change, so that open pages show it. */
  changed: (deviation: Deviation) => void;
}

const MOST_HINTED = 200;

const withHint = (deviation: Deviation, hint: string | null): Deviation =>
  hint === null ? deviation : { ...deviation, elsewhere: hint, evidence: [...deviation.evidence, hint] };

/** Each step is one transaction over all deviations in it; whoever loses a race looks again a moment later. */
export class EventGatherer {
  constructor(private readonly parts: GathererParts) {}

  /** One deviation whose wait for company is over. True where it was dealt with. */
  async settle(waiting: Deviation, now: number): Promise<boolean> {
    const { store } = this.parts;
    if (waiting.kind === 'data-event') {
      const event = withParts(waiting, await store.partsOf(waiting.id));
      return this.write([this.change({ type: 'gathered', deviation: { ...event, companyUntil: null } }, waiting, now)]);
    }
    const others = (await store.ofDataOrder(waiting.dataOrder!)).filter(
      (other) => other.id !== waiting.id && isSameCause(other, waiting),
    );
    const event = others.find(({ kind, status }) => kind === 'data-event' && status !== 'resolved');
    if (event) return this.join(event, [waiting], now);
    const free = others.filter(({ kind, eventId }) => kind !== 'data-event' && eventId === null);
    if (free.length > 0) return this.found([waiting, ...free], now);
    const alone = withHint(
      { ...waiting, version: waiting.version + 1, companyUntil: null },
      await elsewhere(waiting, store),
    );
    return this.write([this.change({ type: 'alone', deviation: alone }, waiting, now)]);
  }

  /**
   * Says of what opened since a time what other runs did at the same step. What waits for company is told so at the end of
   * its wait.
   *
   * @param asked deviations that were looked at already; those looked at now are added
   */
  async hint(since: number, asked: Set<string>, now: number): Promise<number> {
    const { store } = this.parts;
    let changed = 0;
    for (const deviation of await store.openedSince(since, [...asked], MOST_HINTED)) {
      if (deviation.companyUntil !== null) continue;
      asked.add(deviation.id);
      const hint = await elsewhere(deviation, store);
      if (hint === null) continue;
      const hinted = withHint({ ...deviation, version: deviation.version + 1 }, hint);
      if (await this.write([this.change({ type: 'hinted', deviation: hinted }, deviation, now)])) changed++;
      // Changed meanwhile: the next look asks again.
      else asked.delete(deviation.id);
    }
    return changed;
  }

  /** Events follow their parts: a new kind among them is told together with others, the end of all is its end. */
  async follow(now: number): Promise<number> {
    const { store } = this.parts;
    let changed = 0;
    for (const event of await store.openEvents()) {
      const parts = await store.partsOf(event.id);
      // Parts go with their deleted runs.
      const over = isOver(parts);
      if (parts.length > 0 && !over && String(withParts(event, parts).partKinds) === String(event.partKinds)) continue;
      const look = parts.length > 0 ? withParts(event, parts) : { ...event, version: event.version + 1 };
      const next: NotifiedChange = over
        ? { type: 'resolved', deviation: { ...look, status: 'resolved', resolvedAt: now } }
        : { type: 'joined', deviation: look };
      if (await this.write([this.change(next, event, now)])) changed++;
    }
    return changed;
  }

  private found(together: readonly Deviation[], now: number): Promise<boolean> {
    const parts = [...together].sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
    const everything = channelsOfEverything(this.parts.policy.routes);
    const event = dataEvent(parts, now, everything);
    const lead = leadOf(parts, everything);
    // Its messages are the event's from now on. Another that was told keeps its own: they hear of its end.
    const passedOn = (part: Deviation): Deviation =>
      part === lead ? { ...part, told: part.told.filter((channel) => everything.includes(channel)) } : part;
    const opened = this.change({ type: 'opened', deviation: event }, null, now);
    return this.write([opened, ...parts.map((part) => this.asPart(passedOn(part), event.id, now))]);
  }

  private async join(event: Deviation, joining: readonly Deviation[], now: number): Promise<boolean> {
    const parts = [...(await this.parts.store.partsOf(event.id)), ...joining];
    const joined = this.change({ type: 'joined', deviation: withParts(event, parts) }, event, now);
    return this.write([joined, ...joining.map((part) => this.asPart(part, event.id, now))]);
  }

  private asPart(part: Deviation, eventId: string, now: number): DeviationUpdate {
    const told = { eventId, companyUntil: null, heldUntil: null, escalateAt: null, silencedUntil: null };
    return this.change({ type: 'joined', deviation: { ...part, ...told, version: part.version + 1 } }, part, now);
  }

  private change(change: NotifiedChange, before: Deviation | null, now: number): DeviationUpdate {
    const { decision, messages } = decideAndWrite(change, this.parts.policy, now);
    const { deviation, type } = change;
    return { deviation, fromVersion: before?.version ?? null, type, actor: null, messages, decision };
  }

  private async write(updates: readonly DeviationUpdate[]): Promise<boolean> {
    if (!(await this.parts.store.updateAll(updates))) return false;
    for (const { deviation } of updates) this.parts.changed(deviation);
    if (updates.some(({ messages }) => messages.length > 0)) this.parts.nudge();
    return true;
  }
}
