// Which runs may have gone through the same learning rates, by what they declare.
import { mayShareRates } from './plan-of.js';
import type { RunMetadata } from './run-announcement.js';

const cosine = { kind: 'cosine', peak: 3e-4, warmup_steps: 100 } as const;
const wsd = { kind: 'wsd', peak: 3e-4, warmup_steps: 100, decay_steps: 400 } as const;
const constant = { kind: 'constant', peak: 3e-4 } as const;

it.each<[string, RunMetadata, RunMetadata, boolean]>([
  [
    'the same schedule and end',
    { schedule: cosine, planned_steps: 2_000 },
    { schedule: { ...cosine }, planned_steps: 2_000 },
    true,
  ],
  ['another schedule', { schedule: cosine, planned_steps: 2_000 }, { schedule: wsd, planned_steps: 2_000 }, false],
  [
    'the same schedule to another end',
    { schedule: cosine, planned_steps: 2_000 },
    { schedule: cosine, planned_steps: 4_000 },
    false,
  ],
  ['an end that one does not declare', { schedule: cosine, planned_steps: 2_000 }, { schedule: cosine }, true],
  [
    'a constant rate, whatever the end',
    { schedule: constant, planned_steps: 2_000 },
    { schedule: constant, planned_steps: 4_000 },
    true,
  ],
  ['a schedule that one does not declare', { schedule: cosine }, {}, true],
])('%s', (_, a, b, may) => {
  expect(mayShareRates(a, b)).toBe(may);
  expect(mayShareRates(b, a)).toBe(may);
});
