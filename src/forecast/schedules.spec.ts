// Forecasts under every kind of schedule, of runs that no law of ours made: gradient descent on a noisy quadratic.
import { forecastCurve } from '../core/curves/curve-forecast.js';
import { plannedRate } from '../core/curves/schedule.js';
import { plannedBatch } from '../runs/batch-schedule.js';
import { type ByStep, descent as descentUntil } from '../../test/detection/descent.js';
import { SeenRun } from './seen-run.js';

const UNTIL = 4_000;
const PEAK = 0.4;
type Rates = ByStep;

const descent = (rates: Rates, batch?: Rates): Float64Array => descentUntil(UNTIL, rates, batch);

/** Sees a run up to a step; noise is reproducible. */
function seen(losses: Float64Array, at: number, record: (step: number) => { rate: number; tokens?: number }): SeenRun {
  const run = new SeenRun();
  let state = 7;
  for (let step = 1; step <= at; step++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const { rate, tokens } = record(step);
    const loss = losses[step]! * Math.exp(0.02 * (state / 2 ** 32 - 0.5));
    run.take(step, rate, { loss, ...(tokens === undefined ? {} : { tokens }) }, ['loss']);
  }
  return run;
}

const endOf = (losses: Float64Array): number =>
  losses.slice(0.98 * UNTIL).reduce((sum, loss) => sum + loss, 0) / (0.02 * UNTIL + 1);
const forecast = (curve: ReturnType<SeenRun['curve']>) => forecastCurve(curve!, UNTIL, { level: 0.9 });
const planned =
  (kind: 'constant' | 'cosine' | 'linear' | 'wsd', more: object = {}): Rates =>
  (step) =>
    plannedRate({ kind, peak: PEAK, min: 0, warmupSteps: 100, ...more }, step, UNTIL);
const restarts: Rates = (step) => (PEAK / 2) * (1 + Math.cos((Math.PI * (step % 1_000)) / 1_000));

describe('a forecast by schedule', () => {
  const schedules: [string, Rates][] = [
    ['constant', planned('constant')],
    ['cosine', planned('cosine')],
    ['linear', planned('linear')],
    ['WSD', planned('wsd')],
    ['steps', (step) => (step < 1_400 ? PEAK : step < 2_800 ? PEAK / 4 : PEAK / 16)],
    ['restarts', restarts],
    ['a long warm-up', planned('cosine', { warmupSteps: 600 })],
  ];
  it.each(schedules)('finds the end under %s, planned', (_, rates) => {
    const losses = descent(rates);
    const { final, abstained } = forecast(
      seen(losses, 2_400, (step) => ({ rate: rates(step) })).curve('loss', 2_400, rates),
    );
    expect(abstained).toBeNull();
    expect(Math.abs(final!.loss / endOf(losses) - 1)).toBeLessThan(0.03);
  });

  it.each([
    ['cosine', planned('cosine', { min: PEAK / 10 })],
    ['linear', planned('linear')],
    ['linear', planned('wsd', { decaySteps: 2_000 })],
  ])('infers a %s decay from the rates logged, says so, and forecasts as if it had been planned', (shape, rates) => {
    const run = seen(descent(rates), 2_800, (step) => ({ rate: rates(step) }));
    const told = forecast(run.curve('loss', 2_800, rates, UNTIL));
    const inferred = forecast(run.curve('loss', 2_800, null, UNTIL));
    expect(inferred.leansOn.join()).toMatch(new RegExp(`inferred from the logged ones: ${shape}`));
    expect(Math.abs(inferred.final!.loss / told.final!.loss - 1)).toBeLessThan(0.003);
  });

  it('says that nothing is known of rates to come where a constant one is logged and none planned, and widens', () => {
    const rates = planned('constant');
    const run = seen(descent(rates), 2_000, (step) => ({ rate: rates(step) }));
    const width = ({ final }: ReturnType<typeof forecast>): number => final!.upper / final!.lower - 1;
    const told = forecast(run.curve('loss', 2_000, rates, UNTIL));
    const unknown = forecast(run.curve('loss', 2_000, null, UNTIL));
    expect(unknown.leansOn.join()).toMatch(/no plan of the learning rate/);
    expect(width(unknown)).toBeGreaterThan(1.5 * width(told));
  });

  it('infers nothing from restarts and from steps', () => {
    for (const rates of [restarts, schedules[4]![1]]) {
      const run = seen(descent(rates), 2_400, (step) => ({ rate: rates(step) }));
      expect(run.curve('loss', 2_400, null, UNTIL)!.ahead!.known).toBe(false);
    }
  });

  it('takes a batch that has grown for a lower rate, by the tokens logged, and is nearer to the end for it', () => {
    const rates = planned('constant');
    const batch = (step: number): number => (step > 2_000 ? 4 : 1);
    const losses = descent(rates, batch);
    const tokens = (step: number): number => 1_000 * (step <= 2_000 ? step : 2_000 + 4 * (step - 2_000));
    const miss = (told: boolean): number => {
      const run = seen(losses, 2_300, (step) => ({ rate: rates(step), ...(told ? { tokens: tokens(step) } : {}) }));
      const { final, leansOn } = forecast(run.curve('loss', 2_300, rates, UNTIL));
      expect(/a batch that has grown/.test(leansOn.join())).toBe(told);
      return Math.abs(final!.loss / endOf(losses) - 1);
    };
    const [told, untold] = [miss(true), miss(false)];
    expect(told).toBeLessThan(untold);
    expect(told).toBeLessThan(0.02);
  });

  it('takes a planned growth of the batch into account before it comes, says so, and is nearer to the end for it', () => {
    const rates = planned('constant');
    const batch = (step: number): number => (step >= 2_800 ? 4 : 1);
    const losses = descent(rates, batch);
    const run = seen(losses, 2_400, (step) => ({ rate: rates(step) }));
    const miss = (batches: [number, number][] | null): number => {
      const { final, leansOn } = forecast(run.curve('loss', 2_400, rates, UNTIL, batches));
      const words = /from step 2800 on 4.0 times the present one/;
      expect(words.test(leansOn.join())).toBe(batches !== null);
      return Math.abs(final!.loss / endOf(losses) - 1);
    };
    const [told, untold] = [
      miss([
        [0, 1_000],
        [2_800, 4_000],
      ]),
      miss(null),
    ];
    expect(told).toBeLessThan(untold);
    expect(told).toBeLessThan(0.03);
  });

  it('takes the planned size for the past where no batch is logged, as if its tokens had been', () => {
    const rates = planned('constant');
    const batches: [number, number][] = [
      [0, 1_000],
      [2_001, 4_000],
    ];
    const losses = descent(rates, (step) => plannedBatch(batches, step) / 1_000);
    const ends = (['logged', 'planned'] as const).map((by) => {
      const run = new SeenRun();
      for (let step = 1; step <= 2_200; step++) {
        const metrics = { loss: losses[step]!, ...(by === 'logged' ? { batch_size: step > 2_000 ? 8 : 2 } : {}) };
        run.take(step, rates(step), metrics, ['loss'], by === 'planned' ? plannedBatch(batches, step) : NaN);
      }
      return forecast(run.curve('loss', 2_200, rates, UNTIL, by === 'planned' ? batches : null)).final;
    });
    expect(ends[0]).not.toBeNull();
    expect(ends[1]).toEqual(ends[0]);
  });

  it('keeps to the log in its own unit once it tells the batch, whatever was planned', () => {
    const rates = planned('constant');
    const run = new SeenRun();
    for (let step = 1; step <= 300; step++)
      run.take(
        step,
        rates(step),
        { loss: 3, ...(step > 100 ? { batch_size: 8 } : {}) },
        ['loss'],
        step < 50 ? 500 : 2_000,
      );
    expect(run.curve('loss', 300, rates)!.cooling).toBe(0.5);
  });

  it('takes no uneven interval of a log for another batch', () => {
    const rates = planned('cosine');
    const tokens = (step: number): number => 1_000 * (step + (step % 500 === 0 ? 0.4 : 0));
    const run = seen(descent(rates), 2_400, (step) => ({ rate: rates(step), tokens: tokens(step) }));
    expect(run.curve('loss', 2_400, rates)!.cooling).toBe(1);
  });
});
