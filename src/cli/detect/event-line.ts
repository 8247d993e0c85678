// An event as a line of JSON, by the contract, and as a line for people.
import { priceOf } from '../../core/pricing/price.js';
import type { FileEvent } from './judge-file.js';

const finite = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : value);

export function eventJson({ run, event }: FileEvent): string {
  const { observed } = event;
  const price = priceOf(event.computeShare, { tokens: null, gpuHours: null, gpuHourUsd: null });
  return JSON.stringify({
    run,
    event: event.type,
    deviation: `${run}/${event.key}`,
    metric: event.metric,
    kind: event.kind,
    side: event.side,
    attempt: event.attempt,
    step: event.step,
    started_at_step: event.startedAtStep,
    expected: finite(event.expected),
    expected_lower: finite(event.expectedLower),
    expected_upper: finite(event.expectedUpper),
    observed: finite(observed),
    ...(observed !== null && !Number.isFinite(observed)
      ? { nonfinite: Number.isNaN(observed) ? 'nan' : observed > 0 ? 'inf' : '-inf' }
      : {}),
    sigma: finite(event.sigma),
    price: {
      compute_share: price.computeShare,
      tokens: price.tokens,
      gpu_hours: price.gpuHours,
      usd: price.usd,
    },
    outlook: event.outlook,
    evidence: event.evidence,
    advice: event.advice,
  });
}

export function eventText({ run, event }: FileEvent): string {
  const number = (value: number | null): string => (value === null ? '?' : value.toPrecision(4));
  const off = event.sigma === null ? '' : `, ${event.sigma >= 0 ? '+' : ''}${event.sigma.toFixed(1)} σ`;
  const against = event.expected === null ? '' : ` against ${number(event.expected)} predicted${off}`;
  const since = event.startedAtStep < event.step ? `, since step ${event.startedAtStep}` : '';
  const price = event.computeShare
    ? `; equal to ${(100 * event.computeShare.value).toFixed(0)} % of the compute so far`
    : '';
  return `${run}: step ${event.step}: ${event.type} ${event.kind} (${event.side}): ${event.metric} ${number(event.observed)}${against}${since}${price}`;
}
