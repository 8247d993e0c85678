// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.81, 1.57, 2.22, 13.3],
    [0.569, 1.61, 4.81, 6.55],
    [0.544, 1.04, 1.79, 2.29],
    [0.425, 1.44, 2.03, 2.8],
    [0.335, 0.894, 1.77, 2.21],
    [0.462, 1.32, 1.7, 2.29],
  ],
  noise: [0.548, 1.25, 1.4, 1.86],
};
