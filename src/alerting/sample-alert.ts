// A made-up deviation with its curve, for trying a channel: it says of itself that it is a sample.
import type { ChartBand, ChartData, ChartPoint } from './chart-data.js';
import { headline } from './headline.js';
import { type Deviation, UNTOUCHED } from './deviation.js';

const RUN = 'sample-run';
const ONSET = 41_200;
const OPENED = 41_260;
const LAST = 41_600;

/** @param now milliseconds; the sample's id is derived from it, so that each try is a message of its own */
export const sampleDeviation = (now: number): Deviation => ({
  id: `dev_sample_${now}`,
  version: 1,
  run: RUN,
  runs: [RUN],
  project: 'sample',
  family: null,
  tags: [],
  attempt: 1,
  metric: 'loss',
  kind: 'shift',
  side: 'worse',
  status: 'open',
  openedAt: now - 60_000,
  startedAt: now - 25 * 60_000,
  resolvedAt: null,
  startedAtStep: ONSET,
  openedAtStep: OPENED,
  step: LAST,
  expected: predicted(LAST),
  expectedLower: predicted(LAST) - 0.03,
  expectedUpper: predicted(LAST) + 0.03,
  observed: predicted(LAST) + 0.085,
  sigma: 4.7,
  price: {
    computeShare: { value: 0.12, lower: 0.07, upper: 0.18 },
    tokens: { value: 2.6e9, lower: 1.5e9, upper: 3.9e9 },
    gpuHours: { value: 310, lower: 181, upper: 465 },
    usd: { value: 775, lower: 452, upper: 1_162 },
  },
  evidence: ['this is a sample that somebody asked for; no run is off its curve'],
  advice: 'nothing to do: the channel works',
  outlook: 'persists',
  ...UNTOUCHED,
  history: false,
  told: [],
  partKinds: [],
});

/** The sample's picture: a power law with a step up, and a ripple in place of noise. */
export function sampleChart(deviation: Deviation): ChartData {
  const panel = (from: number, to: number) => ({ points: points(from, to), band: band(from, to) });
  return {
    ...{ run: RUN, metric: 'loss', title: headline(deviation), startedAtStep: ONSET, openedAtStep: OPENED },
    ...{ nonfiniteSteps: [], zoom: panel(40_600, LAST), whole: panel(400, LAST) },
  };
}

const predicted = (step: number): number => 2 + 6 * (step + 50) ** -0.3;
const POINTS = 240;
const steps = (from: number, to: number): number[] =>
  Array.from({ length: POINTS }, (_, n) => Math.round(from + ((to - from) * n) / (POINTS - 1)));

const points = (from: number, to: number): ChartPoint[] =>
  steps(from, to).map((step, n) => {
    const value = predicted(step) + (step > ONSET ? 0.085 : 0) + 0.012 * Math.sin(2.3 * n) * Math.cos(0.7 * n);
    return { step, value, low: value - 0.012, high: value + 0.012 };
  });

const band = (from: number, to: number): ChartBand[] =>
  steps(from, to).map((step) => ({
    ...{ step, expected: predicted(step), lower: predicted(step) - 0.03, upper: predicted(step) + 0.03 },
  }));
