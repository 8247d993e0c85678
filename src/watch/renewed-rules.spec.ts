// What a snapshot of older rules leaves behind.
import { MONITOR_VERSION, settingsFor } from '../core/detection/budget.js';
import { RunJudge } from './run-judge.js';

it('a run whose rules are renewed forecasts all of its curve: nobody will resolve what the old rules had open', () => {
  const judge = RunJudge.fresh(settingsFor(10));
  const opened = [];
  for (let step = 1; step <= 900; step++) {
    const loss = 2 + 3 * (step + 5) ** -0.3 + 0.01 * Math.sin(step * step) + (step > 700 ? 1 : 0);
    const record = { run: 'a', step, attempt: null, time: null, metrics: { loss, lr: 1e-3 } };
    opened.push(...judge.judge(record, step, null, null, () => []).events.filter(({ type }) => type === 'opened'));
  }
  expect(opened).toHaveLength(1);
  expect(judge.forecaster.head().astray).toHaveProperty('loss');
  // Of the same length, since the snapshot says how long its head is.
  const before = String(MONITOR_VERSION - 1).padStart(String(MONITOR_VERSION).length);
  const old = Buffer.from(judge.snapshot())
    .toString('latin1')
    .replaceAll(`"version":${MONITOR_VERSION}`, `"version":${before}`);
  const renewed = RunJudge.restore(['loss', 'lr'], Buffer.from(old, 'latin1'), {}, () => settingsFor(10));
  expect(renewed.forecaster.head().astray).toEqual({});
});
