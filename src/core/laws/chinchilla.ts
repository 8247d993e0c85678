// Chinchilla's parametric law (approach 3): a floor and one power law each in parameters and data.
import type { LawFit, LawKind, LawOptions, Optimum, Parameters } from './law-kind.js';
import { type CentredLogs, SLOTS, centredLogs } from './power-sum.js';
import { fitPowerSum } from './power-sum-fit.js';
import { projectedMinima } from './projection.js';
import { requireRows, requireVaried } from './require.js';
import type { RunTable } from './run-table.js';

export const NAMES = ['E', 'A', 'B', 'alpha', 'beta'] as const;

/**
 * L = E + A/N^alpha + B/D^beta; L and E in the loss's unit, N in parameters, D in tokens.
 *
 * Hoffmann et al. 2022 (arXiv 2203.15556), approach 3. Fitted by variable projection to the global optimum of the sum of
 * Huber's loss (δ = 1e-3) on log residuals; reference: Besiroglu et al. 2024 (arXiv 2404.10102).
 */
export const chinchilla: LawKind = {
  name: 'chinchilla',
  formula: 'L = E + A/N^alpha + B/D^beta',
  inputs: ['params', 'tokens'],
  parameters: () => NAMES,
  loss: (p, { params, tokens }) => p.E! + p.A! * params ** -p.alpha! + p.B! * tokens ** -p.beta!,
  fit: fitChinchilla,
  optimum: chinchillaOptimum,
};

function fitChinchilla(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, NAMES.length, 'chinchilla');
  requireVaried(table, ['params', 'tokens'], 'chinchilla');
  const logs = centredLogs(table);
  const starts = options.from?.warm ?? chinchillaStarts(logs, options);
  const shape = { free: [0, 1, 2, 3, 4], fixed: new Float64Array(SLOTS) };
  const { theta, value, converged, stopped, at, inverse } = fitPowerSum(logs, shape, starts, options);
  return { parameters: chinchillaParameters(theta, logs), objective: value, converged, stopped, warm: { at, inverse } };
}

/** The best minima over the exponents, as the six numbers of a power sum (s = 1). */
export function chinchillaStarts(
  { x, z, y }: CentredLogs,
  { delta, weights }: Pick<LawOptions, 'delta' | 'weights'>,
): Float64Array[] {
  return projectedMinima({ floor: true, x, z, y, delta, weights }).map(({ alpha, beta, coefficients }) =>
    Float64Array.of(
      // A term that the grid leaves out may still come back: it starts small, not absent.
      ...coefficients.map((value) => Math.log(Math.max(value, 1e-4))),
      Math.log(alpha),
      Math.log(beta),
      0,
    ),
  );
}

export function chinchillaParameters(theta: Float64Array, { centre }: CentredLogs): Parameters {
  const [e, u, v, a, b] = theta as unknown as number[];
  const [alpha, beta] = [Math.exp(a!), Math.exp(b!)];
  return {
    E: Math.exp(e! + centre.y),
    A: Math.exp(u! + alpha * centre.x + centre.y),
    B: Math.exp(v! + beta * centre.z + centre.y),
    alpha,
    beta,
  };
}

/** N = G·(C/6)^a with a = β/(α+β), b = α/(α+β), G = (αA/βB)^(1/(α+β)) (Hoffmann et al. 2022, eq. 4). */
export function chinchillaOptimum({ A, B, alpha, beta }: Parameters): Optimum {
  const sum = alpha! + beta!;
  return { a: beta! / sum, b: alpha! / sum, G: ((alpha! * A!) / (beta! * B!)) ** (1 / sum) };
}
