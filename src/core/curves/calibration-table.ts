// Made by scripts/calibrate-forecasts.mjs from healthy runs; not to be edited by hand.
import type { Calibration } from './calibration.js';

export const CALIBRATION: Calibration = {
  shares: [0.1, 0.2, 0.4, 0.6, 0.8, 0.9],
  levels: [0.5, 0.8, 0.9, 0.95],
  quantiles: [
    [0.809, 1.44, 2.83, 8.04],
    [0.305, 0.65, 1.04, 1.72],
    [0.373, 0.877, 1.03, 1.17],
    [0.358, 0.828, 1.13, 1.51],
    [0.481, 0.709, 0.896, 1.04],
    [0.551, 0.95, 1.34, 1.73],
  ],
  told: [
    [0.11, 0.415, 0.557, 0.885],
    [0.158, 0.42, 0.521, 0.976],
    [0.187, 0.618, 0.714, 1.41],
    [0.209, 0.564, 0.711, 1.06],
    [0.316, 0.595, 0.678, 0.912],
    [0.27, 0.493, 0.687, 0.895],
  ],
  noise: [0.557, 1.29, 1.86, 2.35],
};
