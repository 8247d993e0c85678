// A forecast and where in which run it was made.
import type { CurveForecast } from '../../core/curves/curve-forecast.js';

/** A forecast and where it was made; `atShare` exactly as asked where a share was. */
export interface PlacedForecast {
  run: string;
  metric: string | null;
  at: number;
  atShare: number;
  until: number;
  forecast: CurveForecast;
}
