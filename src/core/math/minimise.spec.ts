// The optimisers: known minima are reached, and the reason for stopping is told.
import { levenbergMarquardt } from './levenberg-marquardt.js';
import { minimise } from './minimise.js';

const rosenbrock = (at: Float64Array, gradient: Float64Array): number => {
  const [x, y] = at as unknown as [number, number];
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

describe('minimise', () => {
  it("reaches the end of Rosenbrock's valley", () => {
    const { at, value, stopped, converged } = minimise(rosenbrock, Float64Array.of(-1.2, 1));
    expect(at[0]).toBeCloseTo(1, 9);
    expect(at[1]).toBeCloseTo(1, 9);
    expect(value).toBeLessThan(1e-20);
    expect({ stopped, converged }).toEqual({ stopped: 'gradient', converged: true });
  });

  it('says that it ran out of rounds', () => {
    expect(minimise(rosenbrock, Float64Array.of(-1.2, 1), { rounds: 3 })).toMatchObject({
      stopped: 'rounds',
      converged: false,
    });
  });

  it('comes back from steps into where the function is not defined', () => {
    const log = (at: Float64Array, gradient: Float64Array): number => {
      gradient[0] = 1 - 1 / at[0]!;
      return at[0]! > 0 ? at[0]! - Math.log(at[0]!) : NaN;
    };
    expect(minimise(log, Float64Array.of(5)).at[0]).toBeCloseTo(1, 8);
  });
});

describe('levenbergMarquardt', () => {
  it('fits an exponential through its own points', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i / 5);
    const y = x.map((v) => 2.5 * Math.exp(-0.7 * v));
    const found = levenbergMarquardt(
      (at, gradient, curvature) => {
        gradient.fill(0);
        curvature.fill(0);
        let cost = 0;
        x.forEach((v, i) => {
          const e = Math.exp(-at[1]! * v);
          const r = y[i]! - at[0]! * e;
          const slopes = [e, -at[0]! * v * e];
          cost += 0.5 * r * r;
          slopes.forEach((s, a) => {
            gradient[a]! -= r * s;
            slopes.forEach((t, b) => (curvature[a * 2 + b]! += s * t));
          });
        });
        return cost;
      },
      Float64Array.of(1, 0.1),
      { cost: 1e-15, step: 1e-12 },
    );
    expect(found.at[0]).toBeCloseTo(2.5, 6);
    expect(found.at[1]).toBeCloseTo(0.7, 6);
    expect(found.converged).toBe(true);
  });
});
