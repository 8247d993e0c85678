// From loss to accuracy: the planted sigmoid comes back, and where it is steep the interval is wide.
import { ladder, planted } from '../../../test/laws/planted.js';
import { normalFrom, seededUniform } from '../math/random.js';
import { chinchilla } from './chinchilla.js';
import { accuracyAt, fitSigmoid, steepnessAt } from './downstream.js';
import { fitLaw } from './fit-law.js';
import { accuracyAtLoss, accuracyAtRun, fitStepTwo } from './task-document.js';

/** From .95 at a loss of little down to chance, .25. */
const truth = { a: -0.72, x0: 2.3, k: 6, b: 0.97 };
const losses = Float64Array.from({ length: 30 }, (_, i) => 1.4 + i * 0.07);

function accuracies(noise: number, seed = 1): Float64Array {
  const uniform = seededUniform(seed);
  return losses.map((loss) => Math.min(1, accuracyAt(truth, loss) + noise * normalFrom(uniform)));
}

describe('fitSigmoid', () => {
  it('finds the planted sigmoid through noise of one point', () => {
    const { x0, k, a, b, rms, converged } = fitSigmoid(losses, accuracies(0.01));
    expect(converged).toBe(true);
    expect(Math.abs(x0 - truth.x0)).toBeLessThan(0.05);
    expect(Math.abs(k / truth.k - 1)).toBeLessThan(0.25);
    expect(Math.abs(a - truth.a)).toBeLessThan(0.05);
    expect(Math.abs(b - truth.b)).toBeLessThan(0.04);
    expect(rms).toBeLessThan(0.015);
  });

  it('refuses percentages, and fewer points than a sigmoid needs', () => {
    expect(() =>
      fitSigmoid(
        losses,
        accuracies(0).map((value) => 100 * value),
      ),
    ).toThrow('outside 0 to 1');
    expect(() => fitSigmoid(losses.slice(0, 4), accuracies(0).slice(0, 4))).toThrow(
      '4 parameters, the table has 4 rows',
    );
  });

  it('is steepest in its middle: what one per cent of loss brings there is many times that at its ends', () => {
    expect(steepnessAt(truth, 2.3)).toBeGreaterThan(10 * steepnessAt(truth, 1.3));
    const [above, below] = [accuracyAt(truth, 2.3 * 1.0005), accuracyAt(truth, 2.3 * 0.9995)];
    expect(steepnessAt(truth, 2.3)).toBeCloseTo((below - above) / 0.001, 3);
  });
});

describe('accuracies of runs', () => {
  const law = { E: 1.3, A: 400, B: 1200, alpha: 0.34, beta: 0.3 };
  const table = planted(ladder(5, 5), (place) => chinchilla.loss(law, place), 0.004);
  const columns = { params: 'N', tokens: 'D', compute: null, loss: 'loss' };
  const step_one = fitLaw(table, { law: 'chinchilla', delta: 1e-3, bootstrap: 0, seed: 1, level: 0.9, columns });
  const document = { version: 1 as const, step_one, step_two: fitStepTwo(losses, accuracies(0.004), 1) };

  it('have the interval of the loss, stretched where the sigmoid is steep', () => {
    // Both inside the table, at losses of about 2.3 and 1.55.
    const steep = accuracyAtRun(document, { params: 1e9, tokens: 6e10 }, 0.9);
    const flat = accuracyAtRun(document, { params: 1e10, tokens: 1e12 }, 0.9);
    expect(Math.abs(steep.loss - 2.3)).toBeLessThan(0.15);
    expect(steep.upper - steep.lower).toBeGreaterThan(2 * (flat.upper - flat.lower));
    expect(steep.lower).toBeLessThan(accuracyAt(truth, steep.loss));
    expect(steep.upper).toBeGreaterThan(accuracyAt(truth, steep.loss));
  });

  it('are narrower at a loss that is known than at a run whose loss is foretold', () => {
    const run = accuracyAtRun(document, { params: 1e9, tokens: 6e10 }, 0.9);
    const known = accuracyAtLoss(document, run.loss, 0.9);
    expect(known.accuracy).toBeCloseTo(run.accuracy, 10);
    expect(known.upper - known.lower).toBeLessThan(run.upper - run.lower);
  });

  it('never leave 0 to 1', () => {
    const { lower, upper } = accuracyAtLoss(document, 0.2, 0.99);
    expect(lower).toBeGreaterThanOrEqual(0);
    expect(upper).toBeLessThanOrEqual(1);
  });
});
