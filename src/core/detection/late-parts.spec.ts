// What a restart, a late evaluation or a snapshot in between must not change.
import { settingsFor } from './budget.js';
import type { MonitorEvent } from './monitor-types.js';
import { RunMonitor } from './run-monitor.js';
import { POSITION_SIZE, TrainingPosition } from './training-position.js';
import { noise } from '../../../test/detection/noise.js';

const SIGMA = 0.02;

const curve = (step: number): number => Math.log(1.8 + 30 * (step + 10) ** -0.4);

function train(
  monitor: RunMonitor,
  [from, to]: [number, number],
  { added = () => 0, lr = null }: { added?: (step: number) => number; lr?: number | null } = {},
): MonitorEvent[] {
  const draw = noise(11 + from);
  const all: MonitorEvent[] = [];
  for (let step = from; step <= to; step++) {
    const loss = Math.exp(curve(step) + SIGMA * draw() + added(step));
    all.push(...monitor.observe({ step, values: lr === null ? { loss } : { loss, lr } }));
  }
  return all;
}
const fresh = (): RunMonitor => new RunMonitor(settingsFor(10));

it('what ended with an attempt survives a snapshot to the last value', () => {
  const monitor = fresh();
  train(monitor, [1, 500]);
  for (const step of [501, 502]) monitor.observe({ step, values: { loss: NaN } });
  monitor.beginAttempt(2, 1);
  const stored = RunMonitor.restore(monitor.snapshot());
  const values = { loss: 9 };
  expect(stored.observe({ step: 1, values })).toEqual(monitor.observe({ step: 1, values }));
});

it('what ended with an attempt is told also where the run ends before its next record', () => {
  const monitor = fresh();
  train(monitor, [1, 500]);
  for (const step of [501, 502]) monitor.observe({ step, values: { loss: NaN } });
  monitor.beginAttempt(2, 1);
  expect(monitor.end()).toMatchObject([{ type: 'resolved', kind: 'non-finite' }]);
});

it.each([500, 1_000])('a jump that waits when the job goes back to %i is not measured from there', (to) => {
  const events = (size: number): MonitorEvent[] => {
    const monitor = fresh();
    train(monitor, [1, 9_000]);
    train(monitor, [9_001, 9_030], { added: () => size });
    monitor.beginAttempt(2, to);
    return train(monitor, [to, to + 100]);
  };
  expect(events(0.3)).toEqual([]);
});

it('going back to a higher rate is no rate that rose again', () => {
  const position = new TrainingPosition(new Float64Array(POSITION_SIZE), 0);
  const rate = (step: number): number => 1e-3 * (0.05 + 0.475 * (1 + Math.cos((Math.PI * step) / 1000)));
  for (let step = 1; step <= 900; step++) position.advance(step, rate(step), null, null);
  expect(position.restarted).toBe(false);
  position.rewind(500);
  for (let step = 500; step <= 520; step++) {
    position.advance(step, rate(step), null, null);
    expect([step, position.restarted]).toEqual([step, false]);
  }
});

it('an evaluation beside the training, which comes later, changes nothing of how the loss is judged', () => {
  const judged = (late: boolean) => {
    const monitor = fresh();
    const draw = noise(3);
    for (let step = 1; step <= 1_000; step++) {
      monitor.observe({ step, values: { loss: Math.exp(curve(step) + SIGMA * draw()), lr: 1e-3 } });
      if (late && step % 100 === 0) monitor.observe({ step: step - 90, values: { val_loss: Math.exp(curve(step)) } });
    }
    return { loss: monitor.standing('loss'), val: monitor.standing('val_loss') };
  };
  const beside = judged(true);
  expect(beside.loss).toEqual(judged(false).loss);
  expect(beside.val).toMatchObject({ step: 910 });
});

it('a loss of nothing or less says that it cannot be judged, not that points are missing', () => {
  const monitor = fresh();
  train(monitor, [1, 400]);
  expect(monitor.standing('loss')!.state).toBe('judged');
  monitor.observe({ step: 401, values: { loss: -0.5 } });
  expect(monitor.standing('loss')).toMatchObject({ state: 'abstaining', expected: null, observed: -0.5 });
  expect(monitor.standing('loss')!.reason).toMatch(/above 0/);
});
