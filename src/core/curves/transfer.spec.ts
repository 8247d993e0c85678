// A law carried from finished runs to one under another schedule.
import { annealings } from './relaxation.js';
import { type MeasuredRun, type ScheduledRun, transferred } from './transfer.js';

const STEPS = 400;
const steps = Float64Array.from({ length: STEPS }, (_, i) => 10 * (i + 1));
const schedules = {
  constant: steps.map(() => 3e-4),
  cosine: steps.map((step) => 1.5e-4 * (1 + Math.cos((Math.PI * step) / 4_000)) + 1e-6),
  drop: steps.map((step) => (step > 2_500 ? 3e-5 : 3e-4)),
};

/** A run that obeys the law with alpha .5 and an annealing that reads the rate at power .75. */
function planted(rates: Float64Array): MeasuredRun {
  let way = 0;
  const ways = rates.map((rate) => (way += 10 * Math.pow(rate / 3e-4, 0.7)));
  const h = annealings(
    ways.map((s) => s / 4_000),
    rates.map((rate) => rate / 3e-4),
    [{ power: 0.75, tilt: -0.6 }],
  );
  return { steps, rates, values: ways.map((s, i) => Math.log(2 + 20 / Math.sqrt(s) + 0.3 * h[i]!)) };
}
const worst = (said: Float64Array, run: MeasuredRun): number =>
  Math.max(...said.map((value, i) => (i < 40 ? 0 : Math.abs(value - run.values[i]!))));

describe('a law of finished runs', () => {
  it('foretells a drop of the rate that none of them had, from a cosine and a constant rate', () => {
    const finished = [planted(schedules.cosine), planted(schedules.constant)];
    expect(worst(transferred(finished, { steps, rates: schedules.drop }), planted(schedules.drop))).toBeLessThan(0.01);
  });

  it('reads rates and losses in whatever unit they come', () => {
    const run: ScheduledRun = { steps, rates: schedules.drop };
    const finished = [planted(schedules.cosine), planted(schedules.constant)];
    const scaled = finished.map((one) => ({
      steps,
      rates: one.rates.map((rate) => 1_000 * rate),
      values: one.values.map((value) => value + 1),
    }));
    const there = transferred(scaled, { steps, rates: schedules.drop.map((rate) => 1_000 * rate) });
    const here = transferred(finished, run);
    expect(Math.max(...there.map((value, i) => Math.abs(value - 1 - here[i]!)))).toBeLessThan(1e-3);
  });
});
