// Whatever the batches, crashes and restarts, a run's points, forecasts, deviations and messages are the same.
import fc from 'fast-check';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { MONITOR_VERSION, settingsFor } from '../../src/core/detection/budget.js';
import type { IncomingItem } from '../../src/watch/incoming-batch.js';
import { IngestMeter } from '../../src/watch/ingest-meter.js';
import { Ingest } from '../../src/watch/ingest.js';
import { LivePush } from '../../src/watch/live-push.js';
import type { StepLosses } from '../../src/watch/packed-reference.js';
import { ReferenceFinder } from '../../src/watch/reference-finder.js';
import { MemoryWatchStore } from './memory-watch-store.js';
import { noise } from '../detection/noise.js';

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

/** One finished run whose noise was that of the run `a`. */
class Twin extends ReferenceFinder {
  private readonly all = losses(records('a', 1, 1_800, false));

  async candidates({ id }: { id: string }): Promise<string[]> {
    return id === 'a' ? ['twin'] : [];
  }
  async losses(_run: string, metric: string, { from, to }: { from: number; to: number }): Promise<StepLosses> {
    const steps = metric === 'loss' ? this.all.steps.filter((step) => step >= from && step <= to) : [];
    return { steps, losses: steps.map((step) => this.all.losses[step - 1]!) };
  }
}

const twin = new Twin();

function losses(items: readonly IncomingItem[]): StepLosses {
  const byStep = new Map<number, number>();
  for (const item of items)
    if (item.kind === 'record' && item.record.metrics.loss !== undefined)
      byStep.set(item.record.step, item.record.metrics.loss);
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  return { steps, losses: steps.map((step) => byStep.get(step)!) };
}

function ingestOn(store: MemoryWatchStore): Ingest {
  const policy = new AlertPolicy([{ channels: ['room'] }], { publicUrl: 'http://offcurve.test' });
  return new Ingest({
    store,
    live: new Nobody(),
    meter: new Silent(),
    policy,
    settingsFor: (seconds) => settingsFor(seconds === null ? 10 : Math.min(1000, 10 + seconds)),
    references: twin,
    nudge: () => undefined,
    clock: () => NOW,
  });
}

/** A run with a shift, a restart 150 steps back, a NaN, later parts, repeats and late records. */
function records(run: string, seed: number, steps: number, faulty = true): IncomingItem[] {
  const draw = noise(seed);
  const items: IncomingItem[] = [];
  const send = (step: number, metrics: Record<string, number>): void => {
    items.push({
      kind: 'record',
      record: { run, step, time: NOW - 1_000_000 + items.length, attempt: null, metrics },
      received: NOW,
      ignored: [],
    });
  };
  // Of `a` only what its twin shows; `b` has none.
  const shift = run === 'a' ? 0.03 : 0.4;
  const loss = (step: number, shifted: boolean): number =>
    2 + 3 * (step + 5) ** -0.3 + 0.02 * draw() + (shifted ? shift : 0);
  items.push({
    kind: 'announcement',
    announcement: { run, attempt: null, status: 'started', time: null, metadata: { planned_steps: steps } },
    received: NOW,
    ignored: [],
  });
  for (let step = 1; step <= steps; step++) {
    send(step, { loss: loss(step, faulty && step > 0.7 * steps), lr: 1e-3 });
    if (step % 50 === 0) send(step, { val_loss: loss(step, false) });
    if (step % 333 === 0) items.push(items.at(-1)!);
    if (step === Math.round(0.5 * steps))
      for (let back = step - 150; back < step; back++) send(back, { loss: loss(back, false), lr: 1e-3 });
    if (step === Math.round(0.6 * steps)) send(step, { grad_norm: NaN });
  }
  return items;
}

async function feed(
  items: readonly IncomingItem[],
  sizes: readonly number[],
  crashes: ReadonlySet<number>,
): Promise<MemoryWatchStore> {
  const store = new MemoryWatchStore();
  let ingest = ingestOn(store);
  let offset = 0n;
  for (let at = 0, batch = 0; at < items.length; batch++) {
    const part = items.slice(at, at + sizes[batch % sizes.length]!);
    const next = offset + BigInt(part.length);
    const source = { cluster: 'c', topic: 't', partition: 0, expected: offset === 0n ? null : offset, next };
    if (crashes.has(batch)) {
      store.failNext = batch % 2 === 0;
      const tried = ingest.ingest({ id: String(batch), source, items: part });
      if (batch % 2 === 0) await expect(tried).rejects.toThrow('lost');
      else await tried;
      if (batch % 3 === 0) ingest = ingestOn(store);
      if (batch % 2 === 0) await ingest.ingest({ id: String(batch), source, items: part });
    } else await ingest.ingest({ id: String(batch), source, items: part });
    at += part.length;
    offset = next;
  }
  return store;
}

const told = (store: MemoryWatchStore) => store.story.map(({ type, deviation }) => [type, deviation]);

describe('a run judged in other batches, with crashes and restarts', () => {
  it('gives the same points, forecasts, deviations and messages', async () => {
    const items = [records('a', 1, 1_800), records('b', 2, 1_300)].flat().sort((a, b) => timeOf(a) - timeOf(b));
    const reference = await feed(items, [items.length], new Set());
    expect(reference.story.map(({ deviation }) => deviation.kind)).not.toEqual([]);
    const compared = reference.kept.get('a')!.run.context.filter(({ kind }) => kind === 'references');
    expect(compared).toHaveLength(1);
    expect(reference.story.some(({ deviation }) => deviation.evidence.join().includes('compared with twin'))).toBe(
      true,
    );
    expect([...reference.kept.get('a')!.forecasts.keys()]).toEqual(['loss', 'val_loss']);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        async (sizes, crashes) => {
          const store = await feed(items, sizes, new Set(crashes));
          for (const run of ['a', 'b']) expect(store.points(run)).toEqual(reference.points(run));
          for (const run of ['a', 'b'])
            expect(store.kept.get(run)!.forecasts).toEqual(reference.kept.get(run)!.forecasts);
          expect(sorted(told(store))).toEqual(sorted(told(reference)));
          expect(sorted(store.messages)).toEqual(sorted(reference.messages));
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it('goes on after an update of the rules: what was open is closed, and the context has settings of the new version', async () => {
    const items = records('b', 3, 1_400);
    const store = await feed(items.slice(0, 1_300), [100], new Set());
    const { run } = store.kept.get('b')!;
    expect([...store.kept.get('b')!.deviations.values()].some(({ status }) => status === 'open')).toBe(true);
    // Of the same length, since the snapshot says how long its head is.
    const one = '1'.padStart(String(MONITOR_VERSION).length);
    const older = (text: string): string => text.replaceAll(`"version":${MONITOR_VERSION}`, `"version":${one}`);
    run.snapshot!.state = Buffer.from(older(Buffer.from(run.snapshot!.state).toString('latin1')), 'latin1');
    run.context = JSON.parse(older(JSON.stringify(run.context)));
    const ingest = ingestOn(store);
    await ingest.ingest({ id: 'after', source: null, items: items.slice(1_300) });
    expect([...store.kept.get('b')!.deviations.values()].map(({ status }) => status)).not.toContain('open');
    expect(run.context.at(-1)).toMatchObject({ kind: 'settings', settings: { version: MONITOR_VERSION } });
  });

  it('tells a restart 150 steps back from late records', async () => {
    const store = await feed(records('a', 3, 1_200), [100], new Set());
    const points = store.points('a');
    expect(new Set(points.map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
    expect(Math.min(...points.filter(({ attempt }) => attempt === 2).map(({ step }) => step))).toBe(450);
    expect(store.kept.get('a')!.run.header.counters.repeats).toBeGreaterThan(0);
  });
});

const timeOf = (item: IncomingItem): number => (item.kind === 'record' ? item.record.time! : 0);
const sorted = (list: readonly unknown[]): string[] => list.map((item) => JSON.stringify(item)).sort();
