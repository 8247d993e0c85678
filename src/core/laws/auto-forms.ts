// The forms that `auto` averages: which terms the table can bear, joined or summed, at three weights of the top.
import { additivePower, additivePowerParameters } from './additive-power.js';
import { chinchilla, chinchillaParameters } from './chinchilla.js';
import { kaplanC, kaplanD, kaplanN } from './kaplan-single.js';
import type { LawKind, Parameters } from './law-kind.js';
import { type CentredLogs, FLOOR, HEIGHT_D, HEIGHT_N, JOIN, RATE_D, RATE_N, centredLogs } from './power-sum.js';
import { LEAST_SPREAD, spreadOf } from './require.js';
import type { RunTable } from './run-table.js';
import { type WeightedFit, type WeightedFitSettings, fitWeighted } from './weighted-fit.js';

/** What of N and D a table varies: both apart, one of them, or both in lock-step. */
export type Varied = 'both' | 'params' | 'tokens' | 'compute';

/** Rows count (C/C_max)^p in a fit, so that what lies far below the top cannot bend the law there. */
export const TOP_POWERS = [1.4, 2.2, 3.5] as const;

/** Rows of low loss count more beside that: a run of much compute spent badly is far from where the law is asked. */
const LOW_LOSS = 3;

export interface AutoForm {
  kind: LawKind;
  topPower: number;
  parameters: Parameters;
  fit: WeightedFit;
  /** ln L at a place, the formula's own value. */
  logLoss(params: number, tokens: number, compute: number): number;
}

/** @returns what varies; lock-step (D a fixed power of N) cannot tell N's share from D's. */
export function variedIn(table: RunTable): Varied {
  const [params, tokens] = [spreadOf(table.params) >= LEAST_SPREAD, spreadOf(table.tokens) >= LEAST_SPREAD];
  if (params && tokens) return inLockStep(table) ? 'compute' : 'both';
  return params ? 'params' : 'tokens';
}

function inLockStep({ params, tokens }: RunTable): boolean {
  const x = params.map(Math.log);
  const z = tokens.map(Math.log);
  const [mx, mz] = [x, z].map((logs) => logs.reduce((sum, v) => sum + v, 0) / logs.length) as [number, number];
  let [xx, xz, zz] = [0, 0, 0];
  x.forEach((v, i) => {
    xx += (v - mx) ** 2;
    xz += (v - mx) * (z[i]! - mz);
    zz += (z[i]! - mz) ** 2;
  });
  return xz * xz > 0.9999 * xx * zz;
}

const FREE_SUM = [FLOOR, HEIGHT_N, HEIGHT_D, RATE_N, RATE_D];
const FREE_JOINED = [...FREE_SUM, JOIN];

/**
 * All forms fitted to the table. `counts` says how often each row counts (bootstraps), `from` holds fits to start from.
 */
export function fitForms(
  table: RunTable,
  varied: Varied,
  counts?: Float64Array,
  from?: readonly AutoForm[],
  settings?: WeightedFitSettings,
): AutoForm[] {
  const forms: AutoForm[] = [];
  for (const topPower of TOP_POWERS) {
    const weights = topWeights(table, topPower, counts);
    const logs = centredLogs(varied === 'compute' ? { ...table, params: table.compute } : table, weights);
    for (const { kind, free, read } of shapesFor(varied)) {
      const start = from?.[forms.length];
      const fit = fitWeighted(logs, weights, free, start?.fit, settings);
      forms.push(formOf(kind, topPower, read(fit.theta, logs), fit));
    }
  }
  return forms;
}

function formOf(kind: LawKind, topPower: number, parameters: Parameters, fit: WeightedFit): AutoForm {
  const logLoss = (params: number, tokens: number, compute: number): number =>
    Math.log(kind.loss(parameters, { params, tokens, compute }));
  return { kind, topPower, parameters, fit, logLoss };
}

function shapesFor(varied: Varied): {
  kind: LawKind;
  free: readonly number[];
  read: (theta: Float64Array, logs: CentredLogs) => Parameters;
}[] {
  if (varied === 'both')
    return [
      { kind: chinchilla, free: FREE_SUM, read: chinchillaParameters },
      { kind: additivePower, free: FREE_JOINED, read: additivePowerParameters },
    ];
  if (varied === 'tokens')
    return [
      {
        kind: kaplanD,
        free: [FLOOR, HEIGHT_D, RATE_D],
        read: (theta, { centre }) => {
          const alpha = Math.exp(theta[RATE_D]!);
          return single(theta, 'D', alpha, theta[HEIGHT_D]! + centre.y, centre.z, centre.y);
        },
      },
    ];
  const letter = varied === 'params' ? 'N' : 'C';
  return [
    {
      kind: varied === 'params' ? kaplanN : kaplanC,
      free: [FLOOR, HEIGHT_N, RATE_N],
      read: (theta, { centre }) =>
        single(theta, letter, Math.exp(theta[RATE_N]!), theta[HEIGHT_N]! + centre.y, centre.x, centre.y),
    },
  ];
}

/** E + (Xc/X)^α: Xc is where the term is 1. */
function single(
  theta: Float64Array,
  letter: string,
  alpha: number,
  height: number,
  at: number,
  loss: number,
): Parameters {
  return {
    E: Math.exp(theta[FLOOR]! + loss),
    [`${letter}c`]: Math.exp(at + height / alpha),
    [`alpha_${letter}`]: alpha,
  };
}

/** (C/C_max)^power · (L_min/L)^LOW_LOSS, times how often each row counts. */
export function topWeights({ compute, loss }: RunTable, power: number, counts?: Float64Array): Float64Array {
  let [most, least] = [0, Infinity];
  compute.forEach((value, row) => {
    most = Math.max(most, value);
    least = Math.min(least, loss[row]!);
  });
  return compute.map(
    (value, i) => (counts ? counts[i]! : 1) * Math.pow(value / most, power) * Math.pow(least / loss[i]!, LOW_LOSS),
  );
}
