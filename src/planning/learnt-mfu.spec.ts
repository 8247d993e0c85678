// What a lab's own runs reach of the peak.
import type { RunSummary } from '../runs/run-reader.js';
import { gpuNamed } from './gpus.js';
import { learntMfu, mfuOfHours } from './learnt-mfu.js';

const h100 = gpuNamed('h100')!;

/** A run of a billion parameters on eight H100s, ten thousand steps of a hundred thousand tokens, in `seconds`. */
function run(seconds: number, metadata: RunSummary['metadata'] = {}, parts: Partial<RunSummary> = {}): RunSummary {
  return {
    ...{ id: 'a-run', status: 'finished', metricNames: ['loss'], attempt: 1, newestStep: 10_000, records: 1_000 },
    ...{ firstTime: 0, lastTime: seconds * 1000, lastArrival: seconds * 1000, pace: { usualMs: 0, longestMs: 0 } },
    ...{ counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} }, standings: {}, openDeviations: 0 },
    metadata: { params: 1e9, tokens_per_step: 1e5, gpus: 8, gpu: 'H100', ...metadata },
    ...parts,
  };
}
/** Seconds in which that run reaches a share of the peak. */
const secondsAt = (share: number): number => (6 * 1e9 * 1e9) / (8 * h100.peakFlops * share);

describe('learntMfu', () => {
  it('is the median of the runs on such GPUs, to the share of the first record', () => {
    const found = learntMfu(
      [0.3, 0.42, 0.5].map((share) => run(secondsAt(share))),
      h100,
    )!;
    expect(found.runs).toBe(3);
    expect(found.mfu).toBeCloseTo(0.42, 2);
  });

  it.each([
    ['ran on another GPU', run(secondsAt(0.4), { gpu: 'a100' })],
    ['does not say how many GPUs', run(secondsAt(0.4), { gpus: undefined })],
    ['was restarted, and stood still in between', run(secondsAt(0.4), {}, { attempt: 2 })],
    ['has only begun', run(secondsAt(0.4), {}, { records: 5 })],
    ['would have passed the peak: its announcement is wrong', run(secondsAt(1.7))],
  ])('learns nothing from a run that %s', (_why, one) => {
    expect(learntMfu([one], h100)).toBeNull();
  });

  it("takes the announced peak before the table's", () => {
    const { mfu } = learntMfu([run(secondsAt(0.4), { gpu_peak_flops: 2 * h100.peakFlops })], h100)!;
    expect(mfu).toBeCloseTo(0.2, 2);
  });
});

describe('mfuOfHours', () => {
  const hours = (mfu: number): number => (6 * 1e9 * 2e10) / (3600 * h100.peakFlops * mfu);
  const ran = (mfu: number) => ({ params: 1e9, tokens: 2e10, gpuHours: hours(mfu) });

  it('is the median of what runs reached, those past the peak left out', () => {
    const { mfu, runs } = mfuOfHours([ran(0.3), ran(0.5), ran(0.4), ran(1.2)], h100)!;
    expect(mfu).toBeCloseTo(0.4, 12);
    expect(runs).toBe(3);
  });

  it('is nothing where all of them went past the peak', () => {
    expect(mfuOfHours([ran(1.2)], h100)).toBeNull();
  });
});
