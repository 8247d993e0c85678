// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [1.02, 1.52, 1.78, 12.3],
    [0.475, 1.13, 1.53, 2.75],
    [0.598, 1.12, 1.5, 1.79],
    [0.469, 1.53, 1.69, 2.08],
    [0.371, 0.718, 1.47, 2.02],
    [0.441, 1.18, 1.46, 2.54],
  ],
  noise: [0.558, 1.22, 1.79, 2.23],
};
