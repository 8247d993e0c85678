// Real faulty runs judged with a restart from any snapshots on the way: all that is said is the same, bit for bit.
import fc from 'fast-check';
import { type RecordedRun, judged, recorded, sweepFile } from './judged.js';

describe.each(['35k-2m-t05', '35k-2m-t08', '35k-2m-t10', '35k-2m-t11'])('the run %s', (name) => {
  let run: RecordedRun;
  beforeAll(async () => {
    run = await recorded(sweepFile(name));
    // As on a large model, so that the time of its steps is judged as well.
    for (const record of run.records)
      record.metrics = { ...record.metrics, step_time: 1e3 * record.metrics.step_time! };
  });

  it('says the same with restarts between any of its records', () => {
    const whole = judged(run);
    fc.assert(
      fc.property(fc.array(fc.nat(run.records.length - 1), { maxLength: 40 }), (cuts) => {
        expect(judged(run, new Set(cuts))).toStrictEqual(whole);
      }),
      { numRuns: 6 },
    );
  });
});
