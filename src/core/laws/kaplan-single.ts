// Kaplan's laws of one variable: loss by parameters, by data or by compute alone.
import type { Input, LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { FLOOR, HEIGHT_N, RATE_N, centredLogs } from './power-sum.js';
import { fitPowerSum } from './power-sum-fit.js';
import { projectedMinima } from './projection.js';
import { requireRows, requireVaried } from './require.js';
import { type RunTable, rowsOf } from './run-table.js';

/**
 * L = (X_c/X)^alpha_X, with E before it where the irreducible term is asked for; L and E in the loss's unit, X and X_c in
 * parameters, tokens or FLOP. Kaplan et al. 2020 (arXiv 2001.08361), eqs. 1.1–1.4: L(N) at convergence, L(D) at early
 * stopping, L(C) and L(C_min) at the size that is best for the compute. L(C_min) is the same formula in C_min.
 */
export const kaplanN = singleLaw('kaplan-n', 'N', 'params');
export const kaplanD = singleLaw('kaplan-d', 'D', 'tokens');
export const kaplanC = singleLaw('kaplan-c', 'C', 'compute');

/** Kaplan et al. 2020, eq. 5.5: compute that training at far less than the critical batch size would have needed. */
export function leastCompute(compute: number, batchTokens: number, criticalBatchTokens: number): number {
  return compute / (1 + batchTokens / criticalBatchTokens);
}

/** Kaplan et al. 2020, eq. 1.4: the critical batch size in tokens at a loss in nats, B* / L^(1/α_B). */
export const criticalBatch = (loss: number, scale = 2.1e8, alpha = 0.21): number => scale / loss ** (1 / alpha);

function singleLaw(name: string, letter: 'N' | 'D' | 'C', input: Exclude<Input, 'unique'>): LawKind {
  const [scale, rate] = [`${letter}c`, `alpha_${letter}`];
  return {
    name,
    formula: `L = (${scale}/${letter})^${rate}`,
    inputs: [input],
    parameters: ({ irreducible }) => (irreducible ? ['E', scale, rate] : [scale, rate]),
    loss: (p, place) => (p.E ?? 0) + (p[scale]! / place[input]) ** p[rate]!,
    fit: (table, options) => fitSingle(table, options, name, scale, rate, input),
  };
}

function fitSingle(
  table: RunTable,
  options: LawOptions,
  name: string,
  scale: string,
  rate: string,
  input: 'params' | 'tokens' | 'compute',
): LawFit {
  const irreducible = options.irreducible ?? false;
  requireRows(table, irreducible ? 3 : 2, name);
  requireVaried(table, [input], name);
  const logs = centredLogs({ ...table, params: table[input], tokens: new Float64Array(rowsOf(table)).fill(1) });
  const { delta, weights } = options;
  const starts =
    options.from?.warm ??
    projectedMinima({ floor: irreducible, x: logs.x, y: logs.y, delta, weights }).map(({ alpha, coefficients }) =>
      Float64Array.of(
        irreducible ? Math.log(Math.max(coefficients[0], 1e-4)) : -Infinity,
        Math.log(Math.max(coefficients[1], 1e-4)),
        -Infinity,
        Math.log(alpha),
        0,
        0,
      ),
    );
  const fixed = Float64Array.of(-Infinity, 0, -Infinity, 0, 0, 0);
  const free = irreducible ? [FLOOR, HEIGHT_N, RATE_N] : [HEIGHT_N, RATE_N];
  const { theta, value, converged, stopped, at, inverse } = fitPowerSum(logs, { free, fixed }, starts, options);
  const alpha = Math.exp(theta[RATE_N]!);
  const parameters: Parameters = {
    ...(irreducible && { E: Math.exp(theta[FLOOR]! + logs.centre.y) }),
    [scale]: Math.exp(logs.centre.x + (theta[HEIGHT_N]! + logs.centre.y) / alpha),
    [rate]: alpha,
  };
  return { parameters, objective: value, converged, stopped, warm: { at, inverse } };
}
