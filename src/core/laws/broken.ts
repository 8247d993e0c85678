// The broken power law: a power of compute that bends once, smoothly, into another.
import { quantile } from '../math/quantile.js';
import { fitHuber } from './huber-fit.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { projectedMinima } from './projection.js';
import { requireRows, requireVaried } from './require.js';
import type { RunTable } from './run-table.js';

const { exp, log } = Math;
const NAMES = ['E', 'b', 'c0', 'c1', 'd1', 'f1'] as const;

/**
 * L = E + b·C^−c0·(1 + (C/d1)^(1/f1))^(−c1·f1), C in FLOP: slope c0 before the break at d1, c0 + c1 after it, f1 its width.
 *
 * Caballero et al. 2022 (arXiv 2210.14891), eq. 1, with one break.
 */
export const broken: LawKind = {
  name: 'broken',
  formula: 'L = E + b*C^-c0*(1 + (C/d1)^(1/f1))^(-c1*f1)',
  inputs: ['compute'],
  parameters: () => NAMES,
  loss: (p, { compute }) => Math.exp(lnPower(p, Math.log(compute))) + p.E!,
  fit,
};

function lnPower({ b, c0, c1, d1, f1 }: Parameters, lnC: number): number {
  const bend = (lnC - Math.log(d1!)) / f1!;
  const soft = bend > 30 ? bend : Math.log1p(Math.exp(bend));
  return Math.log(b!) - c0! * lnC - c1! * f1! * soft;
}

/** A break sharper than this is a kink that no data resolve, and the fit would run off into it. */
const SHARPEST = 0.1;
const widthOf = (inner: number): number => SHARPEST + Math.exp(inner);

/** ln L at a centred ln C; writes the slopes by (ln E, ln height, ln c0, c1, ln d1, inner width). */
function logLossAt(at: Float64Array, x: number, slopes: Float64Array): number {
  const [e, h, r, c1, d, f] = at as unknown as [number, number, number, number, number, number];
  const [floor, c0, width] = [exp(e), exp(r), widthOf(f)];
  const bend = (x - d) / width;
  const soft = bend > 30 ? bend : log(1 + exp(bend));
  const after = 1 / (1 + exp(-bend));
  const power = exp(h - c0 * x - c1 * width * soft);
  const loss = floor + power;
  const share = power / loss;
  slopes[0] = floor / loss;
  slopes[1] = share;
  slopes[2] = -share * c0 * x;
  slopes[3] = -share * width * soft;
  slopes[4] = share * c1 * after;
  slopes[5] = -share * c1 * (width - SHARPEST) * (soft - after * bend);
  return log(loss);
}

function fit(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, NAMES.length, 'broken');
  requireVaried(table, ['compute'], 'broken');
  const lnC = table.compute.map(Math.log);
  const middle = quantile(lnC, 0.5);
  const y = table.loss.map(Math.log);
  const centre = quantile(y, 0.5);
  const logs = y.map((value) => value - centre);
  const parametersOf = (at: Float64Array): Parameters => {
    const [e, h, r, c1, d, f] = at as unknown as [number, number, number, number, number, number];
    const c0 = Math.exp(r);
    return {
      E: Math.exp(e + centre),
      b: Math.exp(h + centre + c0 * middle),
      c0,
      c1,
      d1: Math.exp(d + middle),
      f1: widthOf(f),
    };
  };
  const { delta, weights } = options;
  const smooth = projectedMinima({ floor: true, x: lnC.map((v) => v - middle), y: logs, delta, weights });
  const starts = smooth.flatMap(({ alpha, coefficients: [floor, height] }) =>
    [0.25, 0.5, 0.75].flatMap((share) =>
      [-0.05, 0.05].map((bend) =>
        Float64Array.of(
          Math.log(Math.max(floor, 1e-3)),
          Math.log(Math.max(height, 1e-3)),
          Math.log(alpha),
          bend,
          quantile(lnC, share) - middle,
          Math.log(0.5),
        ),
      ),
    ),
  );
  const minimum = fitHuber(
    {
      formula: (at, row, slopes) => logLossAt(at, lnC[row]! - middle, slopes),
      logs,
      delta,
      weights,
    },
    options.from?.warm ?? starts,
  );
  const { at, value, inverse, converged, stopped } = minimum;
  return { parameters: parametersOf(at), objective: value, converged, stopped, warm: { at, inverse } };
}
