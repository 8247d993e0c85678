// The additive-power law: a floor and a power of the sum of one power law each in parameters and data.
import { chinchillaStarts } from './chinchilla.js';
import type { LawFit, LawKind, LawOptions, Optimum, Parameters } from './law-kind.js';
import { type CentredLogs, FLOOR, HEIGHT_D, HEIGHT_N, JOIN, RATE_D, RATE_N, SLOTS, centredLogs } from './power-sum.js';
import { fitPowerSum } from './power-sum-fit.js';
import { requireRows, requireVaried } from './require.js';
import type { RunTable } from './run-table.js';

const NAMES = ['E', 'A', 'B', 'a', 'b', 'g'] as const;
/** Powers g from which the fit starts; 1 is Chinchilla's law, which is thereby never better. */
const POWERS = [1, 0.6, 0.3];

/**
 * L = E + (A/N^a + B/D^b)^g; L and E in the loss's unit, N in parameters, D in tokens.
 *
 * Chinchilla's law where g = 1, the form of Kaplan et al. 2020's joint law (arXiv 2001.08361, eq. 1.5) where E = 0: with
 * g < 1 the larger models gain more from more data, which is what sweeps show and a plain sum cannot.
 */
export const additivePower: LawKind = {
  name: 'additive-power',
  formula: 'L = E + (A/N^a + B/D^b)^g',
  inputs: ['params', 'tokens'],
  parameters: () => NAMES,
  loss: additivePowerLoss,
  fit,
  optimum: additivePowerOptimum,
};

/** In logs, since A and B alone can be past what a number holds. */
function additivePowerLoss(
  { E, A, B, a, b, g }: Parameters,
  { params, tokens }: { params: number; tokens: number },
): number {
  const lnX = Math.log(A!) - a! * Math.log(params);
  const lnY = Math.log(B!) - b! * Math.log(tokens);
  const top = Math.max(lnX, lnY);
  return E! + Math.exp(g! * (top + Math.log(Math.exp(lnX - top) + Math.exp(lnY - top))));
}

function fit(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, NAMES.length, 'additive-power');
  requireVaried(table, ['params', 'tokens'], 'additive-power');
  const logs = centredLogs(table);
  const starts = options.from?.warm ?? additiveStarts(logs, options);
  const shape = { free: [0, 1, 2, 3, 4, 5], fixed: new Float64Array(SLOTS) };
  const { theta, value, converged, stopped, at, inverse } = fitPowerSum(logs, shape, starts, options);
  return {
    parameters: additivePowerParameters(theta, logs),
    objective: value,
    converged,
    stopped,
    warm: { at, inverse },
  };
}

function additiveStarts(logs: CentredLogs, options: LawOptions): Float64Array[] {
  const from = chinchillaStarts(logs, options);
  return POWERS.flatMap((power) =>
    from.slice(0, power === 1 ? 3 : 1).map((start) => {
      const theta = Float64Array.from(start);
      theta[JOIN] = -Math.log(power);
      return theta;
    }),
  );
}

/** From the power sum's six numbers: s = 1/g, a = αs, b = βs, A = exp(su) and B = exp(sv) off the centre. */
export function additivePowerParameters(theta: Float64Array, { centre }: CentredLogs): Parameters {
  const s = Math.exp(theta[JOIN]!);
  const [alpha, beta] = [Math.exp(theta[RATE_N]!), Math.exp(theta[RATE_D]!)];
  return {
    E: Math.exp(theta[FLOOR]! + centre.y),
    A: Math.exp(s * (theta[HEIGHT_N]! + alpha * centre.x + centre.y)),
    B: Math.exp(s * (theta[HEIGHT_D]! + beta * centre.z + centre.y)),
    a: alpha * s,
    b: beta * s,
    g: 1 / s,
  };
}

/** The sum inside the power is least where Chinchilla's would be. */
export function additivePowerOptimum({ A, B, a, b }: Parameters): Optimum {
  const sum = a! + b!;
  const lnG = (Math.log(a!) + Math.log(A!) - Math.log(b!) - Math.log(B!)) / sum;
  return { a: b! / sum, b: a! / sum, G: Math.exp(lnG) };
}
