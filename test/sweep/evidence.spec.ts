// What real runs show beside their loss's forecast: a widening gap, more scatter, a slower machine; and the hints at causes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed, judged, opened, recorded, sweepFile } from './judged.js';

const folder = join(__dirname, '../../examples/sweep');
const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Record<string, { step: number }>;
/** A machine of our own day takes milliseconds for such a model; a step of a large one takes seconds. */
const AS_A_LARGE_MODEL = 1_000;

/** Twice as far from its smooth curve, from `step` on. */
function noisier(step: number): (record: { step: number; metrics: Record<string, number> }) => Record<string, number> {
  let smooth = NaN;
  return (record) => {
    const y = Math.log(record.metrics.loss!);
    smooth = Number.isNaN(smooth) ? y : smooth + 0.05 * (y - smooth);
    return record.step < step ? { ...record.metrics } : { loss: Math.exp(smooth + 2 * (y - smooth)) };
  };
}

describe('beside the loss', () => {
  it('repeated data (t05) are told from a better run by the validation loss, within two of its values', async () => {
    const events = judged(await recorded(sweepFile('35k-2m-t05')));
    const [gap, ...others] = opened(events).filter(({ metric }) => metric === 'val_loss');
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ kind: 'divergence', side: 'worse', step: 1200, startedAtStep: 1100 });
    expect(gap!.evidence.join()).toMatch(/gap .* grew by 3\d %: validation 2\.264 against 1\.941 at step 1000/);
    const better = events.find(({ type, side }) => type === 'resolved' && side === 'better');
    expect(better!.evidence.join()).toMatch(/gap between validation and training loss grew/);
  });

  it('noise that doubles is noisier, once, within 200 points, and not taken for a change of the loss', async () => {
    const run = await recorded(sweepFile('35k-4m'));
    const events = judged(changed(run, noisier(2_400))).filter(({ kind }) => kind === 'noisier');
    expect(opened(events)).toHaveLength(1);
    expect(events[0]!.step).toBeGreaterThan(2_400);
    expect(events[0]!.step).toBeLessThanOrEqual(2_600);
    expect(events[0]!.startedAtStep).toBeGreaterThan(2_300);
  });

  it('steps that take twice as long are slow, within 100 steps, with the times before and since and what is lost', async () => {
    const run = changed(await recorded(sweepFile('35k-2m-t03')), ({ step, metrics }) => ({
      step_time: AS_A_LARGE_MODEL * metrics.step_time! * (step > 600 ? 2 : 1),
    }));
    const [slow] = opened(judged(run));
    expect(slow).toMatchObject({ kind: 'slow', metric: 'step_time', side: 'worse' });
    expect(Math.abs(slow!.startedAtStep - 600)).toBeLessThan(20);
    expect(slow!.step).toBeGreaterThan(600);
    expect(slow!.step).toBeLessThan(700);
    expect(slow!.observed! / slow!.expected!).toBeGreaterThan(1.7);
    expect(slow!.evidence.join()).toMatch(/minutes lost so far/);
  });

  it('the same by the times of the records, where nothing else tells', async () => {
    let time = Date.parse('2026-11-20T00:00:00Z');
    const run = await recorded(sweepFile('35k-2m-t03'));
    run.records = run.records.map(({ metrics: { step_time: seconds, ...metrics }, ...record }) => {
      if (seconds !== undefined) time += 1_000 * AS_A_LARGE_MODEL * seconds * (record.step > 600 ? 2 : 1);
      return { ...record, time: Math.round(time), metrics };
    });
    const [slow] = opened(judged(run));
    expect(slow).toMatchObject({ kind: 'slow', metric: 'seconds_per_step', side: 'worse' });
    expect(Math.abs(slow!.startedAtStep - 600)).toBeLessThan(20);
  });

  it('what lasts a few seconds in all is never slow', async () => {
    expect(judged(await recorded(sweepFile('35k-2m')))).toEqual([]);
  });

  it('nothing is said of healthy runs of every size', async () => {
    const healthy = readdirSync(join(folder, 'runs')).map((name) => name.replace('.jsonl.gz', ''));
    for (const name of healthy.filter((run, i) => truth[run] === undefined && i % 3 === 0)) {
      const events = judged(await recorded(sweepFile(name)));
      expect([name, events.filter(({ kind, metric }) => kind === 'noisier' || metric !== 'loss')]).toEqual([name, []]);
    }
  });
});

describe('hints at the cause', () => {
  const said = (events: readonly { evidence: string[] }[]): string =>
    events.flatMap(({ evidence }) => evidence).join('; ');

  it('of a quarter of the batch (t08): the scatter and the time of a step', async () => {
    const events = judged(await recorded(sweepFile('35k-2m-t08'))).filter(({ metric }) => metric === 'loss');
    expect(said(events)).toMatch(/neighbouring values lie (1\.9|2\.\d) times as far apart as before/);
    expect(said(events)).toMatch(/a step's work takes 0\.\d+ times as long as usual/);
  });

  it('of the same with its true count of tokens: the batch itself, and no word of a faster step', async () => {
    const { step } = truth['35k-2m-t08']!;
    const run = changed(await recorded(sweepFile('35k-2m-t08')), ({ step: at, metrics }) => ({
      tokens: at <= step ? metrics.tokens! : 1024 * step + 256 * (at - step),
    }));
    const events = judged(run).filter(({ metric }) => metric === 'loss');
    expect(said(opened(events))).toMatch(/a step has 256 tokens since step 80[12], before 1,024/);
    expect(said(events)).not.toMatch(/times as long/);
  });

  it('of a rate ten times as high (t01) that the log tells: from what to what, and against the plan', async () => {
    const { step } = truth['35k-2m-t01']!;
    const run = changed(await recorded(sweepFile('35k-2m-t01')), ({ step: at, metrics }) => ({
      lr: (at > step && at <= step + 50 ? 10 : 1) * metrics.lr!,
    }));
    const events = judged(run);
    expect(said(events)).toMatch(/the learning rate went from 0\.0\d+ to 0\.\d+ at step 100\d/);
    expect(said(events)).toMatch(/the logged learning rate is 10 times the planned one since step 10\d\d/);
  });

  it('of a loss that is worse from a restart on (t10): the attempt and where it went on', async () => {
    const run = changed(await recorded(sweepFile('35k-2m-t10')), ({ attempt, metrics }) => ({
      loss: (attempt === 2 ? 1.3 : 1) * metrics.loss!,
    }));
    expect(said(opened(judged(run)))).toMatch(
      /attempt 2 went on from step 1201, after the one before had reached 1400/,
    );
  });

  it('of a divergence (t09) whose gradients grew first: since when, and how far ahead', async () => {
    const { step } = truth['35k-2m-t09']!;
    const run = changed(await recorded(sweepFile('35k-2m-t09')), ({ step: at, metrics }) => ({
      grad_norm: metrics.grad_norm! * 1.1 ** Math.max(0, Math.min(40, at - step)),
    }));
    expect(said(opened(judged(run)))).toMatch(
      /grad_norm rose to \S+ times its usual from step 13\d\d on, \d+ steps before the loss was found to stray/,
    );
  });

  it('of a step in the loss behind a lone NaN: the value that was no number', async () => {
    const run = changed(await recorded(sweepFile('35k-2m')), ({ step, metrics }) => ({
      loss: step === 1_100 ? NaN : (step > 1_100 ? 1.3 : 1) * metrics.loss!,
    }));
    const events = opened(judged(run));
    expect(events.map(({ kind }) => kind)).not.toContain('non-finite');
    expect(said(events)).toMatch(/the loss was no number at step 1100/);
  });
});
