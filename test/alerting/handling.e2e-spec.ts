// People handle a deviation while the watch holds it in memory: neither overwrites the other, on the real database.
import { randomUUID } from 'node:crypto';
import { DeviationHandling } from '../../src/alerting/handle-deviation.js';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { PostgresDeviationStore } from '../../src/outbound/postgres/postgres-deviation-store.js';
import { PostgresWatchStore } from '../../src/outbound/postgres/postgres-watch-store.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { IngestMeter } from '../../src/watch/ingest-meter.js';
import { Ingest } from '../../src/watch/ingest.js';
import { LivePush } from '../../src/watch/live-push.js';
import { type TestDatabase, testDatabase } from '../postgres/test-database.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');

class Silent extends IngestMeter {
  batch(): void {}
  deadLetter(): void {}
  lag(): void {}
  gap(): void {}
}
class Nobody extends LivePush {
  push(): void {}
  deviation(): void {}
}

let test: TestDatabase;
let ingest: Ingest;
let deviations: PostgresDeviationStore;
let handling: DeviationHandling;
beforeAll(async () => {
  test = await testDatabase();
  deviations = new PostgresDeviationStore(test.database);
  const policy = new AlertPolicy([{ channels: ['room'] }], { publicUrl: 'http://offcurve.test' });
  const common = { policy, nudge: () => undefined, clock: () => NOW };
  ingest = new Ingest({
    ...{ store: new PostgresWatchStore(test.database), live: new Nobody(), meter: new Silent() },
    ...{ settingsFor: (seconds) => settingsFor(seconds ?? 10) },
    ...common,
  });
  handling = new DeviationHandling({ store: deviations, ...common });
});
afterAll(() => test?.close());

const record = (run: string, step: number, metrics: Record<string, number>): IncomingItem => ({
  kind: 'record',
  record: { run, step, time: NOW - 60_000 + step, attempt: null, metrics },
  received: NOW,
  ignored: [],
});
const feed = (...items: IncomingItem[]) => ingest.ingest({ id: randomUUID(), source: null, items });
const fallSilent = (run: string) => ingest.touch([run], (watcher, now) => watcher.fallSilent(now, 'nothing came'));
const only = async (run: string) => (await deviations.list({ run, limit: 10 })).items[0]!;
const storyOf = async (id: string) => (await deviations.story(id)).map(({ type, actor }) => [type, actor]);

/** A run that is watched in memory and has one open deviation there. */
async function silentRun(run: string) {
  await feed(record(run, 1, { loss: 3 }));
  await fallSilent(run);
  return only(run);
}

describe('a deviation that the watch holds in memory', () => {
  it('stays acknowledged when the watch resolves it', async () => {
    const { id } = await silentRun('acked');
    await handling.handle(id, { kind: 'acknowledge' }, 'ada');
    await feed(record('acked', 2, { loss: 3 }));
    expect(await only('acked')).toMatchObject({ status: 'resolved', acknowledgedBy: 'ada', resolvedBy: null });
    expect(await storyOf(id)).toEqual([
      ['opened', null],
      ['acknowledged', 'ada'],
      ['resolved', null],
    ]);
  });

  it('that a person has resolved is not resolved again by the watch', async () => {
    const { id } = await silentRun('ended');
    await handling.handle(id, { kind: 'resolve' }, 'ada');
    await feed(record('ended', 2, { loss: 3 }));
    expect(await storyOf(id)).toEqual([
      ['opened', null],
      ['resolved', 'ada'],
    ]);
    expect(await only('ended')).toMatchObject({ version: 2, resolvedBy: 'ada' });
  });

  it('keeps the word of a person when the detector updates it', async () => {
    const loss = (step: number): number => 2 + 3 * (step + 5) ** -0.3 + 0.02 * Math.sin(12.9898 * step * step);
    const steps = (from: number, to: number, more: number): IncomingItem[] =>
      Array.from({ length: to - from }, (_, n) =>
        record('shifted', from + n, { loss: loss(from + n) + more + (more > 0 ? (n / 300) * more : 0), lr: 1e-3 }),
      );
    await feed(...steps(1, 900, 0));
    let at = 900;
    for (; at < 1_000 && (await only('shifted')) === undefined; at += 5) await feed(...steps(at, at + 5, 0.4));
    const { id, version } = await only('shifted');
    const { deviation } = (await handling.handle(id, { kind: 'acknowledge' }, 'ada'))!;
    expect(deviation.version).toBe(version + 1);
    for (; at < 2_000 && (await deviations.find(id))!.version === version + 1; at += 50)
      await feed(...steps(at, at + 50, 0.8));
    const later = (await deviations.find(id))!;
    expect(later.version).toBeGreaterThan(version + 1);
    expect(later).toMatchObject({ acknowledgedBy: 'ada' });
    expect((await deviations.story(id)).map((step) => step.version)).toEqual(
      Array.from({ length: later.version }, (_, n) => n + 1),
    );
  });

  it('stays the same incident when the run restarts behind it and is still off its curve', async () => {
    const loss = (step: number): number => 2 + 3 * (step + 5) ** -0.3 + 0.02 * Math.sin(12.9898 * step * step);
    const steps = (from: number, to: number, more: number, attempt: number | null = null): IncomingItem[] =>
      Array.from({ length: to - from }, (_, n) => {
        const item = record('restarts', from + n, { loss: loss(from + n) + more, lr: 1e-3 });
        return item.kind === 'record' ? { ...item, record: { ...item.record, attempt } } : item;
      });
    await feed(...steps(1, 900, 0));
    let at = 900;
    for (; at < 1_000 && (await only('restarts')) === undefined; at += 5) await feed(...steps(at, at + 5, 0.4));
    const { id } = await only('restarts');
    await handling.handle(id, { kind: 'acknowledge' }, 'ada');
    for (const from of [at - 20, at + 20, at + 60, at + 100]) await feed(...steps(from, from + 40, 0.4, 2));
    const { items } = await deviations.list({ run: 'restarts', limit: 10 });
    expect(items.map((one) => [one.id, one.status])).toEqual([[id, 'acknowledged']]);
  });

  it('handled by many while records arrive gives each person one and the same result', async () => {
    const { id } = await silentRun('crowd');
    const people = ['ada', 'bob', 'eve', 'dan'];
    const [results] = await Promise.all([
      Promise.all(people.map((actor) => handling.handle(id, { kind: 'acknowledge' }, actor))),
      ...[2, 3, 4].map((step) => feed(record('crowd', step, { loss: 3 }))),
    ]);
    const winners = results.filter((result) => result!.changed);
    expect(winners.length).toBeLessThanOrEqual(1);
    const end = await only('crowd');
    expect(end).toMatchObject({ status: 'resolved', acknowledgedBy: winners[0]?.deviation.acknowledgedBy ?? null });
    expect((await deviations.story(id)).filter(({ type }) => type === 'acknowledged')).toHaveLength(winners.length);
    const messages = await deviations.notifications(id);
    expect(messages.map(({ type }) => type)).toEqual(
      winners.length === 1 ? ['opened', 'updated', 'resolved'] : ['opened', 'resolved'],
    );
  });

  it('is not found under a name that nobody gave', async () =>
    expect(await handling.handle('dev_nobody', { kind: 'resolve' }, 'ada')).toBeNull());
});
