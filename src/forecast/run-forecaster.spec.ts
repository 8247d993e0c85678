// Forecasts kept in the stream.
import type { MonitorEvent } from '../core/detection/monitor-types.js';
import { RunForecaster } from './run-forecaster.js';

const loss = (step: number): number => 2 + 3 * Math.pow(step + 5, -0.3);

function fed(steps: number, drainEach: number, metrics: (step: number) => Record<string, number>) {
  const forecaster = new RunForecaster();
  forecaster.configure({ planned_steps: 2_000 });
  const newest = new Map();
  for (let step = 1; step <= steps; step++) {
    forecaster.take(step, metrics(step));
    if (step % drainEach === 0) for (const made of forecaster.drain()) newest.set(made.metric, made);
  }
  for (const made of forecaster.drain()) newest.set(made.metric, made);
  return { forecaster, newest };
}

describe('the forecaster of a run', () => {
  it('makes the same newest forecast however often it is drained', () => {
    const each = [1, 7, 1_000].map((n) => fed(1_000, n, (step) => ({ loss: loss(step), lr: 1e-3 })).newest.get('loss'));
    expect(each[0].forecast.final.loss).toBeCloseTo(loss(2_000), 1);
    expect(each[1]).toEqual(each[0]);
    expect(each[2]).toEqual(each[0]);
  });

  it('goes on as it was from a copy of its state', () => {
    const { forecaster } = fed(600, 1_000, (step) => ({ loss: loss(step), lr: 1e-3 }));
    const copy = RunForecaster.restore(
      JSON.parse(JSON.stringify(forecaster.head())),
      forecaster.arrays.map((array) => array.slice()),
      { planned_steps: 2_000 },
    );
    for (let step = 601; step <= 900; step++)
      for (const one of [forecaster, copy]) one.take(step, { loss: loss(step), lr: 1e-3 });
    expect(copy.drain()).toEqual(forecaster.drain());
  });

  it('ends by the planned batches, and counts those to come', () => {
    const forecaster = new RunForecaster();
    // 1,000 steps of 100 tokens, then 500 of 400.
    const batch_schedule: [number, number][] = [
      [0, 100],
      [1_000, 400],
    ];
    forecaster.configure({ planned_tokens: 300_000, tokens_per_step: 100, batch_schedule });
    for (let step = 1; step <= 900; step++) forecaster.take(step, { loss: loss(step), lr: 1e-3 });
    const [{ forecast }] = forecaster.drain() as [ReturnType<RunForecaster['drain']>[number]];
    expect(forecast.until).toBe(1_500);
    expect(forecast.leansOn.join()).toMatch(/from step 1000 on 4.0 times the present one/);
  });

  it.each([
    ['no loss', () => ({ accuracy: 0.5 })],
    ['only NaN', () => ({ loss: NaN })],
    ['only zeros', () => ({ loss: 0 })],
  ])('makes none of %s', (_, metrics) => {
    const finals = [...fed(300, 1_000, metrics as () => Record<string, number>).newest.values()];
    expect(finals).toEqual([]);
  });

  it('takes a learning rate of zeros as not known and says so', () => {
    const { newest } = fed(900, 1_000, (step) => ({ loss: loss(step), lr: 0 }));
    expect(newest.get('loss').forecast.leansOn.join()).toMatch(/no learning rates/);
    expect(Number.isFinite(newest.get('loss').forecast.final.loss)).toBe(true);
  });

  it('forecasts an accuracy below its ceiling, rising', () => {
    const accuracy = (step: number): number => 0.8 - 0.9 * Math.pow(step + 5, -0.3);
    const forecaster = new RunForecaster();
    forecaster.configure({ planned_steps: 2_000, watch: ['val_accuracy'] });
    for (let step = 1; step <= 1_000; step++) forecaster.take(step, { val_accuracy: accuracy(step), lr: 1e-3 });
    const [{ forecast }] = forecaster.drain() as [ReturnType<RunForecaster['drain']>[number]];
    const { loss, lower, upper } = forecast.final!;
    expect(loss).toBeCloseTo(accuracy(2_000), 1);
    expect([lower < loss, loss < upper, upper < 1]).toEqual([true, true, true]);
    expect(forecast.curve.at(-1)!.loss).toBeGreaterThan(forecast.curve[0]!.loss);
  });

  it('goes by the plan for what is to come and by the log for what was, and says that they contradict each other', () => {
    const forecaster = new RunForecaster();
    forecaster.configure({ planned_steps: 2_000, schedule: { kind: 'linear', peak: 1e-3, min: 0 } });
    for (let step = 1; step <= 1_000; step++) forecaster.take(step, { loss: loss(step), lr: 1e-3 });
    expect(forecaster.drain()[0]!.forecast.leansOn.join()).toMatch(/contradicts the logged rates/);
    const agreeing = fed(1_000, 5_000, (step) => ({ loss: loss(step), lr: 1e-3 })).newest.get('loss');
    expect(agreeing.forecast.leansOn.join()).not.toMatch(/contradicts/);
  });

  it('takes no sudden drop of the rate for a contradiction', () => {
    const forecaster = new RunForecaster();
    const points: [number, number][] = [
      [0, 1e-3],
      [700, 1e-3],
      [701, 1e-4],
      [2_000, 1e-4],
    ];
    forecaster.configure({ planned_steps: 2_000, schedule: { kind: 'custom', points } });
    for (let step = 1; step <= 1_000; step++) forecaster.take(step, { loss: loss(step), lr: step > 700 ? 1e-4 : 1e-3 });
    expect(forecaster.drain()[0]!.forecast.leansOn.join()).not.toMatch(/contradicts/);
  });

  it('follows a plan that is extended: the end moves and the loss there falls', () => {
    const { forecaster, newest } = fed(1_000, 5_000, (step) => ({ loss: loss(step), lr: 1e-3 }));
    forecaster.configure({ planned_steps: 6_000 });
    forecaster.take(1_001, { loss: loss(1_001), lr: 1e-3 });
    const [{ forecast }] = forecaster.drain() as [ReturnType<RunForecaster['drain']>[number]];
    expect(forecast.until).toBe(6_000);
    expect(forecast.final!.loss).toBeLessThan(newest.get('loss').forecast.final.loss);
  });

  it('keeps less than 4 kB a metric, however long the run', () => {
    const { forecaster } = fed(20_000, 50_000, (step) => ({ loss: loss(step) }));
    expect(forecaster.arrays[1]!.byteLength).toBeLessThan(4_096);
  });

  describe('of a run whose first rate comes late', () => {
    const warming = (step: number): number => 1e-3 * Math.min(1, (step + 1) / 100);
    const forecastOf = (first: number, validated: boolean) => {
      const forecaster = new RunForecaster();
      forecaster.configure({ planned_steps: 2_000 });
      if (validated) forecaster.take(0, { val_loss: 5 });
      for (let step = 0; step <= 1_000; step++)
        forecaster.take(step, { loss: loss(step), ...(step >= first ? { lr: warming(step) } : {}) });
      return forecaster.drain().findLast(({ metric }) => metric === 'loss')!.forecast;
    };

    it('says the same whether or not a validation without a rate was logged at step 0, as many trainers do', () => {
      expect(forecastOf(0, true).final).toEqual(forecastOf(0, false).final);
    });

    it('forecasts on, and finds the end, where the first 40 values had no rate', () => {
      const { final } = forecastOf(40, true);
      expect(Math.abs(final!.loss / loss(2_000) - 1)).toBeLessThan(0.02);
    });
  });

  it('forgets what a restart from a checkpoint undoes', () => {
    const { forecaster } = fed(1_000, 5_000, (step) => ({ loss: step > 500 ? 9 : loss(step), lr: 1e-3 }));
    forecaster.beginAttempt(2);
    for (let step = 500; step <= 1_000; step++) forecaster.take(step, { loss: loss(step), lr: 1e-3 });
    const [made] = forecaster.drain();
    expect(made!.attempt).toBe(2);
    expect(made!.forecast.final!.loss).toBeCloseTo(loss(2_000), 1);
  });

  it('forgets nothing of the loss where an evaluation beside the training comes later', () => {
    const forecastOf = (late: boolean) => {
      const { forecaster } = fed(1_000, 5_000, (step) => ({ loss: loss(step), lr: 1e-3 }));
      for (let step = 100; late && step <= 900; step += 100) forecaster.take(step, { val_loss: loss(step) });
      forecaster.take(1_001, { loss: loss(1_001), lr: 1e-3 });
      forecaster.lean({});
      forecaster.take(1_002, { loss: loss(1_002), lr: 1e-3 });
      return forecaster.drain().find(({ metric }) => metric === 'loss');
    };
    expect(forecastOf(true)).toEqual(forecastOf(false));
  });

  it('forecasts all of the curve again once the detector has begun anew, which resolves nothing by itself', () => {
    const forecastOf = (astray: boolean) => {
      const { forecaster } = fed(1_000, 5_000, (step) => ({ loss: loss(step), lr: 1e-3 }));
      const event = { type: 'opened', key: 'a', metric: 'loss', kind: 'drift', startedAtStep: 900 } as MonitorEvent;
      if (astray) forecaster.note(event);
      forecaster.renew();
      forecaster.take(1_001, { loss: loss(1_001), lr: 1e-3 });
      return forecaster.drain();
    };
    expect(forecastOf(true)).toEqual(forecastOf(false));
  });

  it('forecasts the curve before an open deviation, from a copy of its state too, and all of it once that is resolved', () => {
    const rising = (step: number): number => loss(step) * (step > 900 ? 1 + (step - 900) / 500 : 1);
    const { forecaster } = fed(1_000, 5_000, (step) => ({ loss: rising(step), lr: 1e-3 }));
    const event = { type: 'opened', key: 'a', metric: 'loss', kind: 'drift', startedAtStep: 900 } as MonitorEvent;
    forecaster.note(event);
    const copy = RunForecaster.restore(
      JSON.parse(JSON.stringify(forecaster.head())),
      forecaster.arrays.map((array) => array.slice()),
      { planned_steps: 2_000 },
    );
    for (const one of [forecaster, copy]) one.take(1_001, { loss: rising(1_001), lr: 1e-3 });
    const [made] = forecaster.drain();
    expect(copy.drain()).toEqual([made]);
    expect(made!.forecast.final!.loss).toBeCloseTo(loss(2_000), 1);
    expect(made!.forecast.leansOn.join()).toMatch(/from step 900/);
    forecaster.note({ ...event, type: 'resolved' });
    forecaster.take(1_002, { loss: rising(1_002), lr: 1e-3 });
    expect(forecaster.drain()[0]!.forecast.final!.loss).toBeGreaterThan(1.02 * loss(2_000));
  });
});
