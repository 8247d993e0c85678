// A forecast as a line of JSON, by the contract, and as a line for people.
import type { PlacedForecast } from './placed-forecast.js';

export function forecastJson({ run, metric, at, atShare, until, forecast }: PlacedForecast): string {
  const { final, curve, law, parameters, leansOn, abstained } = forecast;
  return JSON.stringify({
    run,
    metric,
    at,
    at_share: atShare,
    until,
    final,
    curve,
    law,
    parameters,
    leans_on: leansOn,
    abstained,
  });
}

export function forecastText({ run, metric, at, until, forecast }: PlacedForecast): string {
  const { final, leansOn, abstained } = forecast;
  const place = `${run}: at step ${Math.round(at)} of ${until}`;
  if (final === null) return `${place}: no forecast: ${abstained}`;
  const [loss, lower, upper] = [final.loss, final.lower, final.upper].map((value) => value.toPrecision(4));
  return `${place}: ${metric} will end at ${loss} (${lower} to ${upper}), leaning on ${leansOn.join(', ')}`;
}
