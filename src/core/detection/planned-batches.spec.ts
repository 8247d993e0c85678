// A batch that changes its size as planned: what follows from it is no deviation, and faults behind it are still found.
import { descent, type ByStep } from '../../../test/detection/descent.js';
import { noise } from '../../../test/detection/noise.js';
import { settingsFor } from './budget.js';
import { RunEvidence } from './evidence/run-evidence.js';
import type { MonitorEvent, MonitorPlan, PlannedBatches } from './monitor-types.js';
import { RunMonitor } from './run-monitor.js';

const UNTIL = 3_000;
const AT = 1_200;
const SIGMA = 0.02;
const TOKENS = 1_000;
const SETTINGS = settingsFor(10);

type Sizes = readonly (readonly [step: number, times: number])[];
const from = (times: number): Sizes => [
  [0, 1],
  [AT, times],
];
const sizeAt =
  (sizes: Sizes): ByStep =>
  (step) =>
    sizes.findLast(([at]) => at <= step)![1];
const inTokens = (sizes: Sizes): PlannedBatches => sizes.map(([step, times]) => [step, TOKENS * times]);

interface Made {
  planned?: PlannedBatches | null;
  /** Whether the tokens are logged. */
  logged?: boolean;
  /** As with Adam where noise is most of the gradient: a step of k batches goes √k as far. */
  faster?: boolean;
  scatter?: ByStep;
  added?: ByStep;
}

/** Losses whose noise falls with the root of the batch; `cut` before each step may put another monitor in place of the one it gets. */
function watch(
  sizes: Sizes,
  { planned = null, logged = false, faster = false, scatter = () => 1, added = () => 0 }: Made = {},
  cut: (monitor: RunMonitor, step: number) => RunMonitor = (monitor) => monitor,
): MonitorEvent[] {
  const size = sizeAt(sizes);
  const most = faster ? Math.sqrt(Math.max(...sizes.map(([, times]) => times))) : 1;
  const rate = (step: number): number => 0.4 * Math.min(1, step / 100);
  const losses = descent(UNTIL, (step) => (rate(step) * (faster ? Math.sqrt(size(step)) : 1)) / most, size);
  const plan: MonitorPlan = { schedule: null, plannedSteps: null, batches: planned, watch: null };
  const draw = noise(5);
  let monitor = new RunMonitor(SETTINGS);
  const evidence = new RunEvidence();
  monitor.plan(plan);
  const all: MonitorEvent[] = [];
  for (let step = 1, tokens = 0; step <= UNTIL; step++) {
    tokens += TOKENS * size(step);
    const off = (SIGMA * scatter(step) * draw()) / Math.sqrt(size(step));
    const values = {
      loss: losses[step]! * Math.exp(off + added(step)),
      lr: rate(step),
      ...(logged ? { tokens } : {}),
    };
    monitor = cut(monitor, step);
    const events = monitor.observe({ step, values });
    evidence.observe(step, 1_000 * step, values, plan, SETTINGS, events);
    all.push(...events);
  }
  return [...all, ...monitor.end()];
}

const opened = (all: readonly MonitorEvent[]): MonitorEvent[] => all.filter(({ type }) => type === 'opened');

describe.each([
  ['whose steps go no further', false],
  ['whose steps go further', true],
])('a larger batch %s', (_, faster) => {
  it.each([2, 4, 8])('that is %i times the one before, as planned, is no deviation', (times) => {
    const sizes = from(times);
    expect(watch(sizes, { planned: inTokens(sizes), faster })).toEqual([]);
  });

  it('that comes by doublings, as planned, is none either', () => {
    const sizes: Sizes = [
      [0, 1],
      [300, 2],
      [700, 4],
      [1_500, 8],
    ];
    expect(watch(sizes, { planned: inTokens(sizes), faster })).toEqual([]);
  });
});

describe('a batch that changes', () => {
  it('is a better loss where nobody told of the larger one', () => {
    expect(opened(watch(from(4)))[0]).toMatchObject({ side: 'better' });
  });

  it('is one that the log explains where its tokens show the larger one', () => {
    expect(watch(from(2), { logged: true, faster: true })).toEqual([]);
  });

  it.each([2, 4])(
    'is no deviation where it shrinks by %i as planned, though the loss rises and scatters more',
    (times) => {
      const sizes = from(1 / times);
      expect(watch(sizes, { planned: inTokens(sizes) })).toEqual([]);
    },
  );

  it('is a fault where it shrinks and nobody planned it, told with the tokens of a step', () => {
    const [first] = opened(watch(from(1 / 4), { logged: true }));
    expect(first).toMatchObject({ side: 'worse' });
    expect(
      opened(watch(from(1 / 4), { logged: true }))
        .flatMap(({ evidence }) => evidence)
        .join(),
    ).toMatch(new RegExp(`a step has 250 tokens since step ${AT}, before 1,000`));
  });

  it('is a fault where it shrinks against a plan of a larger one', () => {
    expect(opened(watch(from(1 / 4), { planned: inTokens(from(4)), logged: true }))[0]).toMatchObject({
      side: 'worse',
    });
  });

  it('ends what was open where it shrinks as planned', () => {
    const sizes = from(1 / 4);
    const all = watch(sizes, { planned: inTokens(sizes), added: (step) => (step >= AT - 300 ? 0.1 : 0) });
    expect(all.map(({ type }) => type)).toEqual(expect.arrayContaining(['opened', 'resolved']));
    expect(all.at(-1)).toMatchObject({ type: 'resolved', attempt: 1 });
    expect(all.at(-1)!.step).toBeLessThanOrEqual(AT);
  });
});

describe('behind a planned growth of the batch by four', () => {
  const sizes = from(4);
  const planned = inTokens(sizes);
  const fault = AT + 300;

  it('a step up by two deviations of old is found within 100 points', () => {
    const [first] = opened(watch(sizes, { planned, added: (step) => (step >= fault ? 2 * SIGMA : 0) }));
    expect(first).toMatchObject({ side: 'worse' });
    expect(first!.step - fault).toBeLessThan(100);
  });

  it('so is one right behind it that lasts, while no more than the batch could do is taken for its doing', () => {
    const [first] = opened(watch(sizes, { planned, added: (step) => (step >= AT + 60 ? 4 * SIGMA : 0) }));
    expect(first).toMatchObject({ side: 'worse' });
    expect(first!.startedAtStep).toBeGreaterThan(AT);
  });

  it('a divergence is found before the loss has risen by a half', () => {
    const grows = (step: number): number => (step < fault ? 0 : Math.min(1, 0.002 * Math.expm1((step - fault) / 40)));
    const all = watch(sizes, { planned, added: grows });
    expect(opened(all)[0]).toMatchObject({ side: 'worse' });
    expect(grows(opened(all)[0]!.step)).toBeLessThan(0.5);
    expect(all.at(-1)!.kind).toBe('divergence');
  });

  it('noise that doubles is noisier, though it is no more than it was before the batch grew', () => {
    const noisier = watch(sizes, { planned, scatter: (step) => (step > AT + 800 ? 2 : 1) });
    expect(opened(noisier).map(({ kind }) => kind)).toContain('noisier');
  });
});

it('says the same when it is stored and restored on the way through planned changes, and stays below 8 KB without a plan', () => {
  const sizes: Sizes = [
    [0, 1],
    [AT, 4],
    [AT + 700, 1],
  ];
  const made: Made = { planned: inTokens(sizes), added: (step) => (step > AT - 200 && step < AT + 200 ? 0.08 : 0) };
  const whole = watch(sizes, made);
  const restored = watch(sizes, made, (monitor, step) =>
    step % 23 === 0 || Math.abs(step - AT) < 3 ? RunMonitor.restore(monitor.snapshot()) : monitor,
  );
  expect(whole.length).toBeGreaterThan(0);
  expect(restored).toEqual(whole);
});
