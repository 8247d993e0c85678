// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.7, 1.3, 1.8, 2.3],
    [0.7, 1.3, 1.8, 2.3],
    [0.7, 1.3, 1.8, 2.3],
    [0.7, 1.3, 1.8, 2.3],
    [0.7, 1.3, 1.8, 2.3],
    [0.7, 1.3, 1.8, 2.3],
  ],
  noise: [0.67, 1.25, 1.6, 2],
};
