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
