// The over-training law: loss by compute and by tokens a parameter, with one exponent for both.
import { chinchillaStarts } from './chinchilla.js';
import type { LawFit, LawKind, LawOptions } from './law-kind.js';
import { FLOOR, HEIGHT_D, HEIGHT_N, RATE_N, SLOTS, centredLogs } from './power-sum.js';
import { fitPowerSum } from './power-sum-fit.js';
import { requireRows, requireVaried } from './require.js';
import { FLOP_PER_PARAM_TOKEN, type RunTable } from './run-table.js';

/**
 * L = E + (a·M^eta + b·M^−eta)·C^−eta with M = D/N in tokens a parameter and C = 6·N·D in FLOP.
 *
 * Gadre et al. 2024 (arXiv 2403.08540), eq. 4. It is Chinchilla's law with alpha = beta = 2·eta, a = A·6^eta and
 * b = B·6^eta: over-training keeps the slope and moves the line.
 */
export const overtraining: LawKind = {
  name: 'overtraining',
  formula: 'L = E + (a*M^eta + b*M^-eta)*C^-eta, M = D/N',
  inputs: ['params', 'tokens'],
  parameters: () => ['E', 'a', 'b', 'eta'],
  loss: ({ E, a, b, eta }, { params, tokens }) => {
    const ratio = tokens / params;
    return E! + (a! * ratio ** eta! + b! * ratio ** -eta!) * (FLOP_PER_PARAM_TOKEN * params * tokens) ** -eta!;
  },
  fit,
  // a·M^eta = b·M^−eta at the best M, whatever the compute.
  optimum: ({ a, b, eta }) => ({ a: 0.5, b: 0.5, G: (a! / b!) ** (1 / (4 * eta!)) }),
};

function fit(table: RunTable, options: LawOptions): LawFit {
  requireRows(table, 4, 'overtraining');
  requireVaried(table, ['params', 'tokens'], 'overtraining');
  const logs = centredLogs(table);
  const starts =
    options.from?.warm ??
    chinchillaStarts(logs, options).flatMap((start) =>
      [start[3]!, start[4]!].map((rate) => Float64Array.of(start[0]!, start[1]!, start[2]!, rate, rate, 0)),
    );
  const shape = { free: [FLOOR, HEIGHT_N, HEIGHT_D, RATE_N], fixed: new Float64Array(SLOTS), tied: true };
  const { theta, value, converged, stopped, at, inverse } = fitPowerSum(logs, shape, starts, options);
  const rate = Math.exp(theta[RATE_N]!);
  const eta = rate / 2;
  const six = FLOP_PER_PARAM_TOKEN ** eta;
  const { x, z, y } = logs.centre;
  return {
    parameters: {
      E: Math.exp(theta[FLOOR]! + y),
      a: six * Math.exp(theta[HEIGHT_N]! + rate * x + y),
      b: six * Math.exp(theta[HEIGHT_D]! + rate * z + y),
      eta,
    },
    objective: value,
    converged,
    stopped,
    warm: { at, inverse },
  };
}
