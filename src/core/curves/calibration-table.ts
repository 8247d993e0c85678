// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.748, 1.31, 1.99, 3.01],
    [0.315, 0.71, 0.99, 1.84],
    [0.462, 0.851, 0.928, 1.3],
    [0.307, 0.721, 1.17, 1.62],
    [0.507, 0.832, 1.35, 4.27],
    [0.541, 0.95, 1.67, 3.2],
  ],
  noise: [0.532, 1.27, 1.82, 2.22],
};
