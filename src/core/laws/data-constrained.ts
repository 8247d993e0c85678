// The data-constrained law: repeated tokens are worth less and less, and so are parameters past what the data can fill.
import { numericSlopes } from '../math/numeric-slopes.js';
import { chinchillaOptimum, chinchillaStarts } from './chinchilla.js';
import { fitHuber } from './huber-fit.js';
import { LawError } from './law-error.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { centredLogs } from './power-sum.js';
import { requireRows, requireVaried } from './require.js';
import { type Place, type RunTable, placeOf, rowsOf } from './run-table.js';

const NAMES = ['E', 'A', 'B', 'alpha', 'beta', 'R_D', 'R_N'] as const;
/** Muennighoff et al.'s own values, from which the fit starts. */
const START = { R_D: 15.4, R_N: 5.3 };

/**
 * L = E + A/N'^alpha + B/D'^beta with D' = U + U·R_D·(1 − exp(−(D/U − 1)/R_D)), U the unique tokens, and N' likewise from
 * U_N, the parameters that would be compute-optimal for U (N' = N up to there).
 *
 * Muennighoff et al. 2023 (arXiv 2305.16264), eqs. 5 and 6; R_D and R_N in repetitions.
 */
export const dataConstrained: LawKind = {
  name: 'data-constrained',
  formula: "L = E + A/N'^alpha + B/D'^beta, D' = U + U*R_D*(1 - exp(-(D/U-1)/R_D))",
  inputs: ['params', 'tokens', 'unique'],
  parameters: () => NAMES,
  loss: constrainedLoss,
  fit,
  // With fresh data throughout: N past what they fill is worth less still, so that the best is Chinchilla's.
  optimum: chinchillaOptimum,
};

function constrainedLoss(p: Parameters, { params, tokens, unique = tokens }: Place): number {
  const uniqueTokens = Math.min(unique, tokens);
  const { a, b, G } = chinchillaOptimum(p);
  // N = G·(C/6)^a and D = (C/6)^b/G: the N that goes with D = U.
  const filled = Math.min(params, G * (G * uniqueTokens) ** (a / b));
  const worth = (whole: number, first: number, decay: number): number =>
    first * (1 + decay * (1 - Math.exp(-(whole / first - 1) / decay)));
  return (
    p.E! + p.A! * worth(params, filled, p.R_N!) ** -p.alpha! + p.B! * worth(tokens, uniqueTokens, p.R_D!) ** -p.beta!
  );
}

function fit(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, NAMES.length, 'data-constrained');
  requireVaried(table, ['params', 'tokens'], 'data-constrained');
  if (!table.unique)
    throw new LawError('data-constrained needs the unique tokens of each run', 'name their column by --unique');
  if (table.unique.every((unique, row) => table.tokens[row]! <= unique * 1.01))
    throw new LawError(
      'no run repeats its data, so that nothing says what repeats are worth',
      'add runs of several epochs, or fit --law chinchilla',
    );
  const logs = centredLogs(table);
  const { centre } = logs;
  const parametersOf = (at: Float64Array): Parameters => {
    const [e, u, v, a, b, d, n] = at as unknown as [number, number, number, number, number, number, number];
    const [alpha, beta] = [Math.exp(a), Math.exp(b)];
    return {
      E: Math.exp(e + centre.y),
      A: Math.exp(u + alpha * centre.x + centre.y),
      B: Math.exp(v + beta * centre.z + centre.y),
      alpha,
      beta,
      R_D: Math.exp(d),
      R_N: Math.exp(n),
    };
  };
  const places = Array.from({ length: rowsOf(table) }, (_, row) => placeOf(table, row));
  const starts = chinchillaStarts(logs, options).map((start) =>
    Float64Array.of(...start.slice(0, 5), Math.log(START.R_D), Math.log(START.R_N)),
  );
  const minimum = fitHuber(
    {
      formula: (at, row, slopes) => {
        const value = (near: Float64Array): number =>
          Math.log(constrainedLoss(parametersOf(near), places[row]!)) - centre.y;
        numericSlopes(value, at, slopes);
        return value(at);
      },
      logs: logs.y,
      delta: options.delta,
      weights: options.weights,
    },
    options.from?.warm ?? starts,
  );
  const { at, value, inverse, converged, stopped } = minimum;
  return { parameters: parametersOf(at), objective: value, converged, stopped, warm: { at, inverse } };
}
