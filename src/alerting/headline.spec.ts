// The first line of an alert, as people read it.
import { headline } from './headline.js';
import { sampleDeviation } from './sample-alert.js';

const line = (value: number, lower: number, upper: number): string =>
  headline({
    ...sampleDeviation(0),
    price: { computeShare: { value, lower, upper }, tokens: null, gpuHours: null, usd: null },
  });

it.each([
  [0.12, 0.07, 0.18, '12 % (7–18 %)'],
  [0.12, 0.072, 0.18, '12 % (7.2–18 %)'],
  [0.004, 0.001, 0.0105, '0.40 % (0.10–1.1 %)'],
])('tells a loss of %d as the run lost it, without a decimal that says nothing', (value, lower, upper, text) =>
  expect(line(value, lower, upper)).toBe(`sample-run lost ${text} of its compute: shift of loss at step 41,200`),
);

it('tells of a spike that is over that it came back, not how near its curve it was when it did', () =>
  expect(
    headline({
      ...sampleDeviation(0),
      ...{ kind: 'spike', status: 'resolved', outlook: 'recovers', sigma: 0.9 },
      price: { computeShare: null, tokens: null, gpuHours: null, usd: null },
    }),
  ).toBe('over: sample-run: spike of loss at step 41,200, back on its curve'));

it('of a run that was slow and is no more does not say how slow it is now', () =>
  expect(
    headline({
      ...sampleDeviation(0),
      ...{ kind: 'slow', status: 'resolved', outlook: 'recovers', observed: 1.5, expected: 1.5 },
    }),
  ).toBe('over: sample-run took longer for a step from step 41,200 on, and does no more'));
