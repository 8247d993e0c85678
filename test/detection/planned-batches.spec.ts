// Real runs whose batch changes: judged through their metadata, with the plan and without it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RunMetadata } from '../../src/runs/run-announcement.js';
import { changed, judged, opened, recorded, type RecordedRun, sweepFile } from '../sweep/judged.js';

/**
 * The sweep's 35k model at a constant rate (`train.py --size 35k --steps 3000 --schedule constant`), trained on a quarter of each
 * batch up to step 1,000 and on all of it from then on; its first 2,400 steps.
 */
const GREW = 1_000;
const grown = (metadata: RunMetadata): RecordedRun => ({
  metadata,
  records: gunzipSync(readFileSync(join(__dirname, 'batch-grows.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const { step, ...metrics } = JSON.parse(line) as { step: number } & Record<string, number>;
      return { run: 'grown', step, attempt: null, time: null, metrics };
    }),
});
/** The sweep's run whose batch was cut to a quarter, with its true count of tokens. */
const CUT = 800;
const cut = async (metadata: RunMetadata): Promise<RecordedRun> => {
  const run = changed(await recorded(sweepFile('35k-2m-t08')), ({ step, metrics }) => ({
    tokens: step <= CUT ? metrics.tokens! : 1024 * CUT + 256 * (step - CUT),
  }));
  return { ...run, metadata: { ...run.metadata, ...metadata } };
};
/** At a looser budget than others use: what the growth lowers the loss by is just seen. */
const sides = (run: RecordedRun): string[] =>
  opened(judged(run, new Set(), 30)).map(({ metric, side }) => `${metric} ${side}`);

describe('a real run whose batch grows by four', () => {
  const planned: RunMetadata = {
    batch_schedule: [
      [0, 256],
      [GREW + 1, 1_024],
    ],
  };

  it('is better than predicted where nobody told', () => {
    expect(sides(grown({}))).toEqual(['loss better']);
  });

  it('is as predicted where it was planned', () => {
    expect(sides(grown(planned))).toEqual([]);
  });

  it('is so with restarts from snapshots around the change', () => {
    const raised = (step: number): number => (step > GREW - 60 && step < GREW + 200 ? 1.3 : 1);
    const faulty = changed(grown(planned), ({ step, metrics }) => ({ loss: metrics.loss! * raised(step) }));
    const whole = judged(faulty);
    expect(whole.length).toBeGreaterThan(0);
    expect(judged(faulty, new Set([1, 500, 950, 999, 1_000, 1_001, 1_002, 1_040, 1_200, 1_900]))).toEqual(whole);
  });
});

describe('a real run whose batch is cut to a quarter', () => {
  it('is worse where nobody planned it', async () => {
    expect(sides(await cut({}))).toEqual(['loss worse']);
  });

  it('is as predicted where it was planned, its scatter too', async () => {
    const batch_schedule: [number, number][] = [
      [0, 1_024],
      [CUT + 1, 256],
    ];
    expect(sides(await cut({ batch_schedule }))).toEqual([]);
  });
});
