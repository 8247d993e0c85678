// What looks like a fault and is none, as far as the records say: another training in the same run, a jump without a rate, data by turns.
import { settingsFor } from './budget.js';
import type { MonitorEvent } from './monitor-types.js';
import { RunMonitor } from './run-monitor.js';
import { noise } from '../../../test/detection/noise.js';

const SIGMA = 0.04;

const curve = (step: number): number => Math.log(1.8 + 6 * (step + 10) ** -0.3);
const opened = (all: readonly MonitorEvent[]): MonitorEvent[] => all.filter(({ type }) => type === 'opened');

/** Steps from `from` to `to`; what is said on the way. */
function train(
  monitor: RunMonitor,
  [from, to]: [number, number],
  { added = () => 0, lr = 1e-3 }: { added?: (step: number) => number; lr?: number | null } = {},
): MonitorEvent[] {
  const draw = noise(11);
  const all: MonitorEvent[] = [];
  for (let step = from; step <= to; step++) {
    const loss = Math.exp(curve(step) + SIGMA * draw() + added(step));
    all.push(...monitor.observe({ step, values: lr === null ? { loss } : { loss, lr } }));
  }
  return all;
}

const fresh = (): RunMonitor => new RunMonitor(settingsFor(10));

describe('a restart from scratch', () => {
  it('is another training: its first losses, far above the last ones before it, are no deviation', () => {
    const monitor = fresh();
    train(monitor, [1, 1_500]);
    monitor.beginAttempt(2, 1);
    expect(train(monitor, [1, 1_500])).toEqual([]);
  });

  it('counts as one also where the log begins late, and goes back to its first step', () => {
    const monitor = fresh();
    train(monitor, [50, 400]);
    monitor.beginAttempt(2, 50);
    expect(train(monitor, [50, 400])).toEqual([]);
  });

  it('ends what was open, in the attempt in which it was, also where it is stored just before its first record', () => {
    const monitor = fresh();
    const [event] = opened(train(monitor, [1, 1_000], { added: (step) => (step > 700 ? 0.4 : 0) }));
    monitor.beginAttempt(2, 1);
    const stored = RunMonitor.restore(monitor.snapshot());
    const [end, ...more] = train(monitor, [1, 400]);
    expect(end).toMatchObject({ type: 'resolved', key: event!.key, attempt: 1, step: 1_000 });
    expect(more).toEqual([]);
    expect(train(stored, [1, 400])).toEqual([end]);
  });

  it('is none where a checkpoint is gone on from: a loss that stays above is told', () => {
    const monitor = fresh();
    train(monitor, [1, 1_500]);
    monitor.beginAttempt(2, 1_000);
    const told = opened(train(monitor, [1_000, 1_500], { added: () => 0.4 }));
    expect(told[0]).toMatchObject({ side: 'worse', attempt: 2 });
  });
});

describe('a loss that jumps by .3 in a run of no known rate', () => {
  const from = 600;
  const jump = (size: number, decay = Infinity) => ({
    added: (step: number) => (step < from ? 0 : size * Math.exp((from - step) / decay)),
    lr: null,
  });

  it('and stays there is not told at once: a rate may have been raised', () => {
    expect(train(fresh(), [1, from + 30], jump(0.3))).toEqual([]);
  });

  it('and falls back is a spike, told once half of it is gone', () => {
    const told = opened(train(fresh(), [1, from + 100], jump(0.4, 10)));
    expect(told).toHaveLength(1);
    expect(told[0]!.step).toBeGreaterThan(from + 5);
    expect(told[0]!.step).toBeLessThan(from + 25);
    expect(Math.abs(told[0]!.startedAtStep - from)).toBeLessThan(3);
  });

  it('or by more than .5 is told at its third point', () => {
    expect(opened(train(fresh(), [1, from + 100], jump(0.8)))[0]).toMatchObject({ step: from + 2, side: 'worse' });
  });

  it('is told at its third point where the rate is known', () => {
    expect(opened(train(fresh(), [1, from + 100], { ...jump(0.3), lr: 1e-3 }))[0]!.step).toBeLessThan(from + 8);
  });
});

it('after four deviations the fifth takes more evidence than it would have taken first', () => {
  // A bump each four hundred points; the last is of the size that is just told where nothing went before.
  const bump = (at: number, size: number) => (step: number) =>
    step >= at && step < at + 100 ? size * SIGMA * Math.exp((at - step) / 10) : 0;
  const last = bump(4_500, 3);
  const before = [2_900, 3_300, 3_700, 4_100].map((at) => bump(at, 12));
  const first = opened(train(fresh(), [1, 4_600], { added: last }));
  const fifth = opened(
    train(fresh(), [1, 4_600], { added: (step) => last(step) + before.reduce((sum, one) => sum + one(step), 0) }),
  );
  expect(first.map(({ startedAtStep }) => Math.round(startedAtStep / 100))).toEqual([45]);
  expect(fifth.map(({ startedAtStep }) => Math.round(startedAtStep / 100))).toEqual([29, 33, 37, 41]);
});
