// A deviation as HTTP, Kafka and webhooks show it: snake_case, times in RFC 3339.
import type { Deviation, Estimate, Price } from './deviation.js';
import { headline } from './headline.js';

/** The contract's JSON of a deviation. Numbers that are not finite come as null, with the word in `observed_nonfinite`. */
export function deviationJson(deviation: Deviation): Record<string, unknown> {
  const d = deviation;
  return {
    id: d.id,
    version: d.version,
    run: d.run,
    runs: d.runs,
    project: d.project,
    family: d.family,
    tags: d.tags,
    attempt: d.attempt,
    metric: d.metric,
    kind: d.kind,
    side: d.side,
    status: d.status,
    opened_at: timeText(d.openedAt),
    started_at: timeText(d.startedAt),
    resolved_at: timeText(d.resolvedAt),
    started_at_step: d.startedAtStep,
    opened_at_step: d.openedAtStep,
    step: d.step,
    expected: finite(d.expected),
    expected_lower: finite(d.expectedLower),
    expected_upper: finite(d.expectedUpper),
    observed: finite(d.observed),
    observed_nonfinite: d.observed !== null && !Number.isFinite(d.observed) ? String(d.observed) : null,
    sigma: finite(d.sigma),
    price: priceJson(d.price),
    headline: headline(d),
    evidence: d.evidence,
    advice: d.advice,
    outlook: d.outlook,
    acknowledged_by: d.acknowledgedBy,
    snoozed_until: timeText(d.snoozedUntil),
    resolved_by: d.resolvedBy,
    history: d.history,
    false_alarm: d.falseAlarm,
    silenced_until: timeText(d.silencedUntil),
    /** The data event that it is part of, and of a data event the kinds of its parts. */
    event: d.eventId,
    part_kinds: d.partKinds,
  };
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

export const timeText = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const estimate = (part: Estimate | null): Estimate | null =>
  part && { value: part.value, lower: part.lower, upper: part.upper };

/** The price with the contract's names. */
export function priceJson(price: Price): Record<string, Estimate | null> {
  return {
    compute_share: estimate(price.computeShare),
    tokens: estimate(price.tokens),
    gpu_hours: estimate(price.gpuHours),
    usd: estimate(price.usd),
  };
}
