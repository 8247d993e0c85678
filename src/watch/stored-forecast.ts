// A forecast as it is stored and drawn: fields in snake_case, as everything that leaves the service.
import type { MadeForecast } from '../forecast/run-forecaster.js';
import type { StoredForecast } from './watch-store.js';

export function storedForecast({ metric, attempt, step, forecast }: MadeForecast): StoredForecast {
  const { until, final, curve, law, parameters, leansOn, abstained } = forecast;
  return {
    metric,
    attempt,
    step,
    forecast: { at: step, until, final, curve, law, parameters, leans_on: leansOn, abstained },
  };
}
