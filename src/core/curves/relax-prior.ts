// What healthy language-model runs have in common, as a prior of the relaxation law.
import type { CurvePrior } from './relax-fit.js';

const alphas = Array.from({ length: 17 }, (_, i) => 0.1 * Math.pow(1.5 / 0.1, i / 16));

export const RELAX_PRIOR: CurvePrior = {
  alphas,
  alphaMean: 0.57,
  alphaDeviation: 0.18,
  shapes: [0.6, 0.8, 1].flatMap((power) => [-0.1, 0.2, 0.5].map((tilt) => ({ power, tilt }))),
  floorMean: 0.7,
  floorDeviation: 0.5,
  annealMean: 0.1,
  annealDeviation: 0.06,
  forgettings: [0, 1.5],
  discrepancy: 0.003,
  looks: 40,
};
