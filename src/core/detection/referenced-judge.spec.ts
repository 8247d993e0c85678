// A run beside a finished one: common noise found, small steps seen, strangers left alone, snapshots exact.
import { settingsFor } from './budget.js';
import type { MonitorEvent } from './monitor-types.js';
import { ReferenceCurve, type ReferenceRun } from './reference-run.js';
import { RunMonitor } from './run-monitor.js';

const POINTS = 1_500;
const SIGMA = 0.03;

function noise(seed: number): Float64Array {
  let state = seed;
  const uniform = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Float64Array.from({ length: POINTS }, () => 2 * SIGMA * (uniform() + uniform() + uniform() - 1.5));
}

const curve = (step: number): number => Math.log(2 + 5 * Math.pow(step + 10, -0.3));
const steps = Float64Array.from({ length: POINTS }, (_, i) => i + 1);
const batches = noise(1);
const others = noise(2);

function reference(common: Float64Array): ReferenceRun {
  const losses = steps.map((step, i) => 1.01 * Math.exp(curve(step) + common[i]!));
  return { name: 'finished', curves: new Map([['loss', ReferenceCurve.of(steps, losses)!]]) };
}

/** Feeds a run on the batches with `shift` from point 900 on; `cut` takes a snapshot there and goes on from it. */
function judged(references: ReferenceRun[], shift: number, cut: number | null = null): MonitorEvent[] {
  let monitor = new RunMonitor(settingsFor(10));
  monitor.refer(references);
  const events: MonitorEvent[] = [];
  for (let i = 0; i < POINTS; i++) {
    if (i === cut) {
      monitor = RunMonitor.restore(monitor.snapshot());
      monitor.refer(references);
    }
    const off = i < 900 ? 0 : shift;
    const loss = Math.exp(curve(steps[i]!) + batches[i]! + 0.1 * others[i]! + off);
    events.push(...monitor.observe({ step: steps[i]!, values: { loss, lr: 3e-4 } }));
  }
  return [...events, ...monitor.end()];
}

describe('a run judged beside a finished one', () => {
  it('shows a step of half a sigma that is lost in the noise alone', () => {
    const opened = (references: ReferenceRun[]): number[] =>
      judged(references, SIGMA / 2)
        .filter(({ type, side }) => type === 'opened' && side === 'worse')
        .map(({ step }) => step);
    const beside = opened([reference(batches)])[0]!;
    expect(beside).toBeGreaterThan(900);
    expect(beside).toBeLessThan(960);
    expect(opened([])[0] ?? Infinity).toBeGreaterThan(beside);
  });

  it('says nothing of a run that keeps to its curve', () => {
    expect(judged([reference(batches)], 0)).toEqual([]);
  });

  it('is judged as without a reference where that one read other batches', () => {
    expect(judged([reference(noise(3))], SIGMA)).toEqual(judged([], SIGMA));
  });

  it('goes on from a snapshot, in the middle of a deviation, as if there had been none', () => {
    const whole = judged([reference(noise(3)), reference(batches)], SIGMA);
    expect(whole.length).toBeGreaterThan(1);
    for (const cut of [10, 400, 930])
      expect(judged([reference(noise(3)), reference(batches)], SIGMA, cut)).toEqual(whole);
  });
});
