// A data event: what one batch did to several runs, as one incident that lists them. Pure functions over its parts.
import type { DeviationKind } from '../core/detection/deviation-kinds.js';
import { type Deviation, type Estimate, type Price, UNTOUCHED } from './deviation.js';
import { deviationId } from './deviation-id.js';
import { wholeNumber } from './number-text.js';

/** The parts' kinds that mean lasting loss come first: the message is as loud as its worst part. */
const WORST: readonly DeviationKind[] = ['non-finite', 'divergence', 'shift', 'drift', 'plateau'];

/** The part that passes its messages on to its event: the first that people were told of. */
export const leadOf = (parts: readonly Deviation[], everything: readonly string[]): Deviation | null =>
  parts.find(({ told }) => told.some((channel) => !everything.includes(channel))) ?? null;

/**
 * A new event of two or more deviations; the first of them, if people were told of it already, passes its messages on.
 *
 * @param everything channels that hear of every deviation: of the event they have not heard
 */
export function dataEvent(parts: readonly Deviation[], now: number, everything: readonly string[] = []): Deviation {
  const told = leadOf(parts, everything);
  const lead = told ?? parts[0]!;
  return {
    ...lookOf(parts),
    ...UNTOUCHED,
    id: deviationId(`event of ${lead.id}`, 0, 'data', lead.openedAtStep),
    version: 1,
    run: null,
    attempt: 0,
    kind: 'data-event',
    status: 'open',
    openedAt: now,
    resolvedAt: null,
    told: lead.told.filter((channel) => !everything.includes(channel)),
    // The time to acknowledge it runs from when its first part was told.
    escalateAt: earliest(parts.map(({ escalateAt }) => escalateAt)),
    thread: told === null ? null : lead.id,
    dataOrder: lead.dataOrder,
    history: false,
  };
}

/** The event as its parts stand now. */
export const withParts = (event: Deviation, parts: readonly Deviation[]): Deviation => ({
  ...event,
  ...lookOf(parts),
  version: event.version + 1,
});

/** It is over by itself when every part is. */
export const isOver = (parts: readonly Deviation[]): boolean => parts.every(({ status }) => status === 'resolved');

function lookOf(parts: readonly Deviation[]) {
  const first = parts.reduce((a, b) => (b.startedAtStep < a.startedAtStep ? b : a));
  const last = Math.max(...parts.map(({ startedAtStep }) => startedAtStep));
  const runs = [...new Set(parts.flatMap((part) => part.runs))];
  const partKinds = [...new Set(parts.map(({ kind }) => kind))].sort((a, b) => rank(a) - rank(b));
  const steps = last > first.startedAtStep ? `steps ${of(first.startedAtStep)}–${of(last)}` : `step ${of(last)}`;
  const outlooks = parts.filter(({ status }) => status !== 'resolved').map(({ outlook }) => outlook);
  return {
    runs,
    project: common(parts.map(({ project }) => project)),
    family: common(parts.map(({ family }) => family)),
    tags: [...new Set(parts.flatMap(({ tags }) => tags))],
    metric: first.metric,
    side: first.side,
    startedAt: earliest(parts.map(({ startedAt }) => startedAt)),
    startedAtStep: first.startedAtStep,
    openedAtStep: Math.min(...parts.map(({ openedAtStep }) => openedAtStep)),
    step: Math.max(...parts.map(({ step }) => step)),
    ...{ expected: null, expectedLower: null, expectedUpper: null, observed: null, sigma: null },
    price: priceOf(parts),
    evidence: [
      `${runs.length} runs that read the same batches (${first.dataOrder}) left their curves at ${steps}: ${counts(parts)}`,
    ],
    advice: `look at the batches read at ${steps}; if they are bad, go back to the checkpoint before and leave them out`,
    outlook: (['grows', 'persists', 'recovers'] as const).find((outlook) => outlooks.includes(outlook)) ?? null,
    partKinds,
  };
}

const of = wholeNumber;
const rank = (kind: DeviationKind): number => (WORST.includes(kind) ? WORST.indexOf(kind) : WORST.length);
const common = (values: readonly (string | null)[]): string | null =>
  values.every((value) => value === values[0]) ? values[0]! : null;

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function counts(parts: readonly Deviation[]): string {
  const kinds = new Map<DeviationKind, number>();
  for (const { kind } of parts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const word = (kind: DeviationKind): string => (kind === 'pending' ? 'not yet clear' : kind);
  return [...kinds].map(([kind, count]) => `${count} ${word(kind)}`).join(', ');
}

/** What all runs lost together. Their bounds are added, too: one cause moves them the same way. */
function priceOf(parts: readonly Deviation[]): Price {
  const prices = parts.map(({ price }) => price);
  return {
    computeShare: meanOf(prices.map(({ computeShare }) => computeShare)),
    tokens: sumOf(prices.map(({ tokens }) => tokens)),
    gpuHours: sumOf(prices.map(({ gpuHours }) => gpuHours)),
    usd: sumOf(prices.map(({ usd }) => usd)),
  };
}

function sumOf(estimates: readonly (Estimate | null)[]): Estimate | null {
  const known = estimates.filter((estimate) => estimate !== null);
  if (known.length === 0) return null;
  const sum = (part: keyof Estimate): number => known.reduce((total, estimate) => total + estimate[part], 0);
  return { value: sum('value'), lower: sum('lower'), upper: sum('upper') };
}

/** The mean over the runs that have a price: their shares are of compute of their own. */
function meanOf(estimates: readonly (Estimate | null)[]): Estimate | null {
  const total = sumOf(estimates);
  const count = estimates.filter((estimate) => estimate !== null).length;
  return total && { value: total.value / count, lower: total.lower / count, upper: total.upper / count };
}
