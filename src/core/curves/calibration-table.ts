// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.765, 1.34, 2.07, 3],
    [0.326, 0.674, 0.827, 1.73],
    [0.313, 0.816, 0.952, 1.23],
    [0.348, 0.847, 1.19, 1.6],
    [0.485, 0.875, 1.08, 4.44],
    [0.541, 1.08, 1.67, 3.13],
  ],
  told: [
    [0.148, 0.537, 0.745, 0.955],
    [0.204, 0.407, 0.715, 1.17],
    [0.195, 0.62, 1.18, 1.8],
    [0.219, 0.601, 0.733, 1.41],
    [0.263, 0.549, 0.658, 0.694],
    [0.213, 0.563, 0.656, 0.896],
  ],
  noise: [0.572, 1.28, 1.87, 2.26],
};
