// A run that goes back to a checkpoint far before: healthy as it was the first time, or not.
import { descent } from '../../../test/detection/descent.js';
import { noise } from '../../../test/detection/noise.js';
import { settingsFor } from './budget.js';
import type { MonitorEvent } from './monitor-types.js';
import { RunMonitor } from './run-monitor.js';

const UNTIL = 3_000;
const SIGMA = 0.003;
const rate = (step: number): number =>
  0.4 * Math.min(1, step / 100) * (step < UNTIL / 2 ? 1 : 0.05 + 0.95 * (2 - (2 * step) / UNTIL));
const losses = descent(UNTIL, rate);

interface Attempt {
  from: number;
  to: number;
  added?: (step: number) => number;
  /** The step whose weights it has at a step: another where a checkpoint was not loaded. */
  as?: (step: number) => number;
}

function train(
  attempts: readonly Attempt[],
  cut: (monitor: RunMonitor) => RunMonitor = (monitor) => monitor,
): MonitorEvent[] {
  const draw = noise(3);
  let monitor = new RunMonitor(settingsFor(10));
  const all: MonitorEvent[] = [];
  attempts.forEach(({ from, to, added = () => 0, as = (step) => step }, i) => {
    if (i > 0) monitor.beginAttempt(i + 1, from);
    for (let step = from; step <= to; step++) {
      monitor = cut(monitor);
      const loss = losses[as(step)]! * Math.exp(SIGMA * draw() + added(step));
      all.push(...monitor.observe({ step, values: { loss, lr: rate(step) } }));
    }
  });
  return [...all, ...monitor.end()];
}

const opened = (all: readonly MonitorEvent[]): MonitorEvent[] => all.filter(({ type }) => type === 'opened');

describe('a run that goes back', () => {
  it.each([0.01, 0.1, 0.3, 0.5, 0.7, 0.84, 0.86, 0.95])(
    'from the end of its decay to %f of its steps, and does as it did, has no deviation',
    (share) => {
      const from = Math.round(share * UNTIL);
      expect(
        train([
          { from: 1, to: UNTIL },
          { from, to: UNTIL },
        ]),
      ).toEqual([]);
    },
  );

  it('to a checkpoint that was not loaded is told at once', () => {
    const [first] = opened(
      train([
        { from: 1, to: UNTIL },
        { from: 1_800, to: UNTIL, as: (step) => step - 1_799 },
      ]),
    );
    expect(first).toMatchObject({ side: 'worse', attempt: 2 });
    expect(first!.step).toBeLessThan(1_820);
  });

  it('so is one whose loss is .25 above what it was there, not above all it ever was', () => {
    const [first] = opened(
      train([
        { from: 1, to: UNTIL },
        { from: 1_200, to: UNTIL, added: () => 0.25 },
      ]),
    );
    expect(first).toMatchObject({ side: 'worse', attempt: 2 });
    expect(first!.step).toBeLessThan(1_250);
  });

  it('is judged again three hundred points later', () => {
    const late = (step: number): number => (step > 2_000 ? 3 * SIGMA : 0);
    const [first] = opened(
      train([
        { from: 1, to: UNTIL },
        { from: 1_200, to: UNTIL, added: late },
      ]),
    );
    expect(first!.startedAtStep).toBeGreaterThan(1_950);
    expect(first!.startedAtStep).toBeLessThan(2_050);
  });

  it('to before what was open has left that behind', () => {
    const risen = (step: number): number => (step > 2_000 ? 4 * SIGMA : 0);
    const all = train([
      { from: 1, to: 2_400, added: risen },
      { from: 1_600, to: UNTIL },
    ]);
    expect(
      all.filter(({ type }) => type !== 'updated').map(({ type, attempt, step }) => [type, attempt, step]),
    ).toEqual([
      ['opened', 1, expect.any(Number)],
      ['resolved', 1, 2_400],
    ]);
  });

  it('to after the onset of what is open has it still open, under its key', () => {
    const risen = (step: number): number => (step > 700 ? 0.5 * Math.min(1, (step - 700) / 200) : 0);
    const all = train([
      { from: 1, to: 1_250, added: risen },
      { from: 1_000, to: 1_100, added: risen },
    ]);
    expect(opened(all)).toHaveLength(1);
    expect(all.at(-1)).toMatchObject({ type: 'resolved', key: opened(all)[0]!.key, step: 1_100 });
  });

  it('says the same when it is stored and restored at each point', () => {
    const attempts: Attempt[] = [
      { from: 1, to: 1_400, added: (step) => (step > 1_300 ? 0.4 : 0) },
      { from: 700, to: 1_100 },
      { from: 500, to: 900, as: (step) => step - 499 },
    ];
    const whole = train(attempts);
    expect(new Set(opened(whole).map(({ attempt }) => attempt))).toEqual(new Set([1, 3]));
    expect(train(attempts, (monitor) => RunMonitor.restore(monitor.snapshot()))).toEqual(whole);
  });
});
