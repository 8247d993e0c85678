// Planted faults in a run whose curve is known: what is found, when, of which kind, at what price; and what is left alone.
import { settingsFor } from './budget.js';
import type { MonitorEvent } from './monitor-types.js';
import { RunMonitor } from './run-monitor.js';
import { noise } from '../../../test/detection/noise.js';

const SIGMA = 0.02;
const STEPS = 3_000;
const ONSET = 1_500;

/** Log loss of a healthy run after a short warm-up, at a constant rate. */
const curve = (step: number): number => Math.log(1.8 + 6 * (step + 10) ** -0.3);
const rate = (step: number): number => 1e-3 * Math.min(1, step / 50);

function events(added: (step: number) => number, seed = 7, steps = STEPS): MonitorEvent[] {
  const draw = noise(seed);
  const monitor = new RunMonitor(settingsFor(10));
  const all: MonitorEvent[] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = Math.exp(curve(step) + SIGMA * draw() + added(step));
    all.push(...monitor.observe({ step, values: { loss, lr: rate(step) } }));
  }
  all.push(...monitor.end());
  return all;
}

const opened = (all: MonitorEvent[]): MonitorEvent[] => all.filter(({ type }) => type === 'opened');
const after =
  (size: number) =>
  (step: number): number =>
    step >= ONSET ? size : 0;

describe('a run with a planted fault', () => {
  it.each([1, 2, 3, 4])('that has none is left alone (noise %i)', (seed) => {
    expect(events(() => 0, seed)).toEqual([]);
  });

  it('of a spike of 6 sigma is noticed within 20 points, called a spike, and said to be over', () => {
    const all = events((step) => (step < ONSET ? 0 : 6 * SIGMA * Math.exp((ONSET - step) / 10)));
    const [first, ...others] = opened(all);
    expect(others).toEqual([]);
    expect(first!.side).toBe('worse');
    expect(first!.step - ONSET).toBeLessThan(20);
    expect(all.at(-1)).toMatchObject({ type: 'resolved', kind: 'spike', outlook: 'recovers' });
  });

  it('of a tall spike of four points is noticed at its third', () => {
    const all = opened(events((step) => (step >= ONSET && step < ONSET + 4 ? 0.8 : 0)));
    expect(all.map(({ step, side }) => [step, side])).toEqual([[ONSET + 2, 'worse']]);
  });

  it('of a step of 1 sigma is called a shift, with its onset to within 5 % of the run so far', () => {
    const all = events(after(SIGMA));
    expect(opened(all)).toHaveLength(1);
    expect(all[0]).toMatchObject({ type: 'opened', kind: 'pending', side: 'worse' });
    expect(Math.abs(all[0]!.startedAtStep - ONSET)).toBeLessThan(0.05 * ONSET);
    expect(all.at(-1)!.kind).toBe('shift');
  });

  it('of a step down of 1 sigma is better than predicted', () => {
    expect(opened(events(after(-SIGMA)))[0]).toMatchObject({ side: 'better', kind: 'better-than-predicted' });
  });

  it('of growth without end is a divergence', () => {
    const all = events((step) => (step < ONSET ? 0 : Math.min(1, 0.002 * Math.expm1((step - ONSET) / 40))));
    expect(opened(all)[0]!.side).toBe('worse');
    expect(all.at(-1)!.kind).toBe('divergence');
  });

  it.each([3, 8, 300])(
    'whose loss rises by e^%i at one step and stays there has one divergence, not many spikes',
    (size) => {
      const all = events(after(size));
      expect(opened(all)).toHaveLength(1);
      expect(all.at(-1)).toMatchObject({ type: 'resolved', kind: 'divergence', outlook: 'persists' });
    },
  );

  it('whose loss rises by e^8 for forty steps is back within forty more', () => {
    const all = events((step) => (step >= ONSET && step < ONSET + 40 ? 8 : 0));
    expect(opened(all)).toHaveLength(1);
    expect(all.at(-1)).toMatchObject({ type: 'resolved', outlook: 'recovers' });
    expect(all.at(-1)!.step).toBeLessThanOrEqual(ONSET + 80);
  });

  it('that comes down from e^.8 to 7 sigma and stays there has not recovered', () => {
    const all = events((step) => (step < ONSET ? 0 : step < ONSET + 30 ? 0.8 : 7 * SIGMA));
    expect(opened(all)).toHaveLength(1);
    expect(all.at(-1)).toMatchObject({ type: 'resolved', outlook: 'persists' });
  });

  it('whose model begins anew while its steps go on is advised to see whether a checkpoint was loaded', () => {
    const all = events((step) => (step < ONSET ? 0 : curve(step - ONSET) - curve(step)));
    expect(all.map(({ advice }) => advice)).toContain(
      `See whether a checkpoint was loaded at step ${ONSET}: the loss is back where it was when the run began.`,
    );
  });

  it('of two values that are no numbers is non-finite at the second, and over after twenty good ones', () => {
    const all = events((step) => (step === ONSET || step === ONSET + 1 ? NaN : 0));
    expect(all.map(({ type, kind, step }) => [type, kind, step])).toEqual([
      ['opened', 'non-finite', ONSET + 1],
      ['resolved', 'non-finite', ONSET + 21],
    ]);
  });

  it('that a single bad batch makes 10 sigma high for one point is no deviation', () => {
    expect(events((step) => (step === ONSET ? 10 * SIGMA : 0))).toEqual([]);
  });

  it('says the same when it is stored and restored between any two points', () => {
    const draw = noise(9);
    const whole = new RunMonitor(settingsFor(10));
    let cut = new RunMonitor(settingsFor(10));
    for (let step = 1; step <= 1_200; step++) {
      const values = { loss: Math.exp(curve(step) + SIGMA * draw() + (step > 700 ? 0.1 : 0)), lr: rate(step) };
      expect(cut.observe({ step, values })).toEqual(whole.observe({ step, values }));
      if (step % 37 === 0) cut = RunMonitor.restore(cut.snapshot());
    }
    expect(cut.end()).toEqual(whole.end());
  });

  it('is told of nothing before its onset that depends on it', () => {
    const healthy = events(() => 0, 5, ONSET - 1);
    const faulted = events(after(1), 5).filter(({ step }) => step < ONSET);
    expect(faulted).toEqual(healthy.filter(({ type }) => type !== 'resolved'));
  });

  it('that begins far from step 0 has its band at as many steps as one that begins there', () => {
    const knots = [0, 625_000].map((offset) => {
      const monitor = new RunMonitor(settingsFor(10));
      for (let step = 1; step <= STEPS; step++)
        monitor.observe({ step: offset + step, values: { loss: Math.exp(curve(step)), lr: rate(step) } });
      return monitor.drainBandKnots().length;
    });
    expect(knots[0]).toBeGreaterThan(100);
    expect(knots[1]).toBe(knots[0]);
  });

  it('keeps its state for one metric below 8 KB with what belongs to the run', () => {
    const monitor = new RunMonitor(settingsFor(10));
    for (let step = 1; step <= 600; step++) monitor.observe({ step, values: { loss: Math.exp(curve(step)) } });
    monitor.drainBandKnots();
    expect(monitor.snapshot().byteLength).toBeLessThan(8_192);
  });
});
