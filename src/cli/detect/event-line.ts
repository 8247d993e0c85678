// A change of a deviation as a line of JSON, by the contract, and as a line for people.
import type { DeviationChange } from '../../alerting/deviation.js';
import { priceJson } from '../../alerting/deviation-json.js';
import { nonFiniteWord } from '../../runs/nonfinite.js';

const finite = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : value);

export function eventJson({ type, deviation }: DeviationChange): string {
  const d = deviation;
  const word = d.observed === null ? undefined : nonFiniteWord(d.observed);
  return JSON.stringify({
    run: d.run,
    event: type,
    deviation: d.id,
    metric: d.metric,
    kind: d.kind,
    side: d.side,
    attempt: d.attempt,
    step: d.step,
    started_at_step: d.startedAtStep,
    expected: finite(d.expected),
    expected_lower: finite(d.expectedLower),
    expected_upper: finite(d.expectedUpper),
    observed: finite(d.observed),
    ...(word && { nonfinite: word }),
    sigma: finite(d.sigma),
    price: priceJson(d.price),
    outlook: d.outlook,
    evidence: d.evidence,
    advice: d.advice,
  });
}

export function eventText({ type, deviation }: DeviationChange): string {
  const d = deviation;
  const number = (value: number | null): string => (value === null ? '?' : value.toPrecision(4));
  const off = d.sigma === null ? '' : `, ${d.sigma >= 0 ? '+' : ''}${d.sigma.toFixed(1)} σ`;
  const against = d.expected === null ? '' : ` against ${number(d.expected)} predicted${off}`;
  const since = d.startedAtStep < d.step ? `, since step ${d.startedAtStep}` : '';
  const share = d.price.computeShare;
  const price = share ? `; equal to ${(100 * share.value).toFixed(0)} % of the compute so far` : '';
  return `${d.run}: step ${d.step}: ${type} ${d.kind} (${d.side}): ${d.metric} ${number(d.observed)}${against}${since}${price}`;
}
