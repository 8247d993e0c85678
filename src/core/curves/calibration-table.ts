// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.708, 1.34, 2.04, 2.82],
    [0.326, 0.674, 0.818, 1.73],
    [0.313, 0.816, 0.952, 1.23],
    [0.348, 0.847, 1.19, 1.6],
    [0.485, 0.875, 1.08, 4.44],
    [0.541, 1.08, 1.67, 3.13],
  ],
  told: [
    [0.141, 0.442, 0.599, 0.831],
    [0.193, 0.369, 0.548, 0.996],
    [0.182, 0.517, 0.732, 1.47],
    [0.216, 0.574, 0.69, 1.41],
    [0.308, 0.54, 0.63, 0.694],
    [0.234, 0.565, 0.724, 0.952],
  ],
  noise: [0.568, 1.27, 1.85, 2.2],
};
