// Kaplan's joint laws of two variables: L(N, D), and L(N, S) for the steps that a run was trained.
import { chinchillaStarts } from './chinchilla.js';
import { type HuberProblem, WIDE, fitHuber, huberObjective } from './huber-fit.js';
import type { LawFit, LawKind, LawOptions, Parameters } from './law-kind.js';
import { FLOOR, HEIGHT_D, HEIGHT_N, JOIN, RATE_D, RATE_N, SLOTS, centredLogs, logPowerSum } from './power-sum.js';
import { fitPowerSum } from './power-sum-fit.js';
import { projectedMinima } from './projection.js';
import { requireRows, requireVaried } from './require.js';
import type { RunTable } from './run-table.js';

const ABSENT = -Infinity;

/**
 * L = ((Nc/N)^(alpha_N/alpha_D) + Dc/D)^alpha_D, with E before it where the irreducible term is asked for; Nc in
 * parameters, Dc in tokens. Kaplan et al. 2020 (arXiv 2001.08361), eq. 1.5.
 */
export const kaplan: LawKind = {
  name: 'kaplan',
  formula: 'L = ((Nc/N)^(alpha_N/alpha_D) + Dc/D)^alpha_D',
  inputs: ['params', 'tokens'],
  parameters: ({ irreducible }) => [...(irreducible ? ['E'] : []), 'Nc', 'Dc', 'alpha_N', 'alpha_D'],
  loss: ({ E, Nc, Dc, alpha_N, alpha_D }, { params, tokens }) =>
    (E ?? 0) + ((Nc! / params) ** (alpha_N! / alpha_D!) + Dc! / tokens) ** alpha_D!,
  fit: fitJoint,
  optimum: jointOptimum,
};

/**
 * L = (Nc/N)^alpha_N + (Sc/S)^alpha_S; S in steps, given in the column of tokens. Kaplan et al. 2020, eq. 1.6, where S is
 * the least number of steps, S_min = S / (1 + B_crit/B).
 */
export const kaplanSteps: LawKind = {
  name: 'kaplan-steps',
  formula: 'L = (Nc/N)^alpha_N + (Sc/S)^alpha_S, S in the column of tokens',
  inputs: ['params', 'tokens'],
  parameters: () => ['Nc', 'Sc', 'alpha_N', 'alpha_S'],
  loss: ({ Nc, Sc, alpha_N, alpha_S }, { params, tokens }) => (Nc! / params) ** alpha_N! + (Sc! / tokens) ** alpha_S!,
  fit: fitSteps,
};

function fitJoint(table: RunTable, options: LawOptions): LawFit {
  const irreducible = options.irreducible ?? false;
  requireRows(table, irreducible ? 5 : 4, 'kaplan');
  requireVaried(table, ['params', 'tokens'], 'kaplan');
  const logs = centredLogs(table);
  const free = irreducible ? [HEIGHT_N, HEIGHT_D, RATE_N, RATE_D, FLOOR] : [HEIGHT_N, HEIGHT_D, RATE_N, RATE_D];
  const theta = new Float64Array(SLOTS);
  const all = new Float64Array(SLOTS);
  const spread = (inner: Float64Array): void => {
    theta[FLOOR] = ABSENT;
    free.forEach((slot, i) => (theta[slot] = inner[i]!));
    // The join is no number of its own: s = 1/alpha_D.
    theta[JOIN] = -theta[RATE_D]!;
  };
  const problem: HuberProblem = {
    prepare: spread,
    formula: (_inner, row, slopes) => {
      const value = logPowerSum(theta, logs.x[row]!, logs.z[row]!, all);
      all[RATE_D]! -= all[JOIN]!;
      free.forEach((slot, i) => (slopes[i] = all[slot]!));
      return value;
    },
    logs: logs.y,
    delta: options.delta,
    weights: options.weights,
  };
  const minimum = fitHuber(
    problem,
    options.from?.warm ?? bestStarts(problem, [...chinchillaStarts(logs, options), ...evenStarts(irreducible)], free),
  );
  spread(minimum.at);
  const { centre } = logs;
  const [alphaN, alphaD] = [Math.exp(theta[RATE_N]!), Math.exp(theta[RATE_D]!)];
  return {
    parameters: {
      ...(irreducible && { E: Math.exp(theta[FLOOR]! + centre.y) }),
      Nc: Math.exp(centre.x + (theta[HEIGHT_N]! + centre.y) / alphaN),
      Dc: Math.exp(centre.z + (theta[HEIGHT_D]! + centre.y) / alphaD),
      alpha_N: alphaN,
      alpha_D: alphaD,
    },
    objective: minimum.value,
    converged: minimum.converged,
    stopped: minimum.stopped,
    warm: { at: minimum.at, inverse: minimum.inverse },
  };
}

const FLOORS = [0.4, 0.8];
const RATES = [0.05, 0.12, 0.3, 0.7];
const STARTS = 4;

/** Both terms alike in the middle of the table: where the plain sum would drop one, the joined law may need both. */
function evenStarts(irreducible: boolean): Float64Array[] {
  return (irreducible ? FLOORS : [0]).flatMap((floor) =>
    RATES.flatMap((alphaN) =>
      RATES.map((alphaD) => {
        const height = Math.log(1 - floor) - alphaD * Math.LN2;
        return Float64Array.of(Math.log(floor), height, height, Math.log(alphaN), Math.log(alphaD), -Math.log(alphaD));
      }),
    ),
  );
}

/** The starts of least cost under a wide corner, by their free numbers. */
function bestStarts(problem: HuberProblem, starts: Float64Array[], free: readonly number[]): Float64Array[] {
  const cost = huberObjective({ ...problem, delta: WIDE });
  const slopes = new Float64Array(free.length);
  return starts
    .map((start) => Float64Array.from(free, (slot) => start[slot]!))
    .map((start) => ({ start, cost: cost(start, slopes) }))
    .sort((one, other) => one.cost - other.cost)
    .slice(0, STARTS)
    .map(({ start }) => start);
}

/** As for a sum of powers inside: exponents a = alpha_N/alpha_D of N and 1 of D. */
function jointOptimum({ Nc, Dc, alpha_N, alpha_D }: Parameters) {
  const a = alpha_N! / alpha_D!;
  const lnG = (Math.log(a) + a * Math.log(Nc!) - Math.log(Dc!)) / (a + 1);
  return { a: 1 / (a + 1), b: a / (a + 1), G: Math.exp(lnG) };
}

function fitSteps(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, 4, 'kaplan-steps');
  requireVaried(table, ['params', 'tokens'], 'kaplan-steps');
  const logs = centredLogs(table);
  const { x, z, y, centre } = logs;
  const { delta, weights } = options;
  const starts =
    options.from?.warm ??
    projectedMinima({ floor: false, x, z, y, delta, weights }).map(({ alpha, beta, coefficients }) =>
      Float64Array.of(
        ABSENT,
        Math.log(Math.max(coefficients[1], 1e-4)),
        Math.log(Math.max(coefficients[2], 1e-4)),
        Math.log(alpha),
        Math.log(beta),
        0,
      ),
    );
  const shape = { free: [HEIGHT_N, HEIGHT_D, RATE_N, RATE_D], fixed: Float64Array.of(ABSENT, 0, 0, 0, 0, 0) };
  const { theta, value, converged, stopped, at, inverse } = fitPowerSum(logs, shape, starts, options);
  const [alphaN, alphaS] = [Math.exp(theta[RATE_N]!), Math.exp(theta[RATE_D]!)];
  return {
    parameters: {
      Nc: Math.exp(centre.x + (theta[HEIGHT_N]! + centre.y) / alphaN),
      Sc: Math.exp(centre.z + (theta[HEIGHT_D]! + centre.y) / alphaS),
      alpha_N: alphaN,
      alpha_S: alphaS,
    },
    objective: value,
    converged,
    stopped,
    warm: { at, inverse },
  };
}
