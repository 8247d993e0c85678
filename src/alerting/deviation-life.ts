// How a deviation begins, changes and ends: pure functions from what was seen to its next version.
import type { DeviationKind } from '../core/detection/deviation-kinds.js';
import { type Spent, priceOf } from '../core/pricing/price.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import { type Deviation, type DeviationChange, type DeviationSide, type Estimate, UNTOUCHED } from './deviation.js';
import { deviationId } from './deviation-id.js';

/** What was seen of a deviation at one step, by the detector or by the clock. */
export interface Sighting {
  metric: string;
  kind: DeviationKind;
  side: DeviationSide;
  step: number;
  startedAtStep: number;
  expected: number | null;
  expectedLower: number | null;
  expectedUpper: number | null;
  observed: number | null;
  sigma: number | null;
  computeShare: Estimate | null;
  evidence: string[];
  advice: string | null;
  outlook: Deviation['outlook'];
}

/** The run a sighting belongs to. */
export interface SightedRun {
  id: string;
  metadata: RunMetadata;
  spent: Spent;
  /** Milliseconds between steps on average; null where not known. */
  msPerStep: number | null;
}

export function openDeviation(
  run: SightedRun,
  seen: Sighting,
  place: { attempt: number; openedAtStep: number },
  at: { now: number; history: boolean },
): DeviationChange {
  const deviation: Deviation = {
    id: deviationId(run.id, place.attempt, seen.metric, place.openedAtStep),
    version: 1,
    run: run.id,
    runs: [run.id],
    project: run.metadata.project ?? null,
    family: run.metadata.family ?? null,
    tags: run.metadata.tags ?? [],
    attempt: place.attempt,
    status: 'open',
    openedAt: at.now,
    resolvedAt: null,
    openedAtStep: place.openedAtStep,
    ...lookOf(run, seen, { openedAt: at.now, openedAtStep: place.openedAtStep }),
    ...UNTOUCHED,
    dataOrder: run.metadata.data_order ?? null,
    history: at.history,
    told: [],
    partKinds: [],
  };
  return { type: 'opened', deviation };
}

export function updateDeviation(run: SightedRun, before: Deviation, seen: Sighting): DeviationChange {
  return { type: 'updated', deviation: { ...before, ...lookOf(run, seen, before), version: before.version + 1 } };
}

export function resolveDeviation(
  run: SightedRun,
  before: Deviation,
  seen: Sighting | null,
  now: number,
): DeviationChange {
  const look = seen ? lookOf(run, seen, before) : {};
  const deviation: Deviation = { ...before, ...look, version: before.version + 1, status: 'resolved', resolvedAt: now };
  return { type: 'resolved', deviation };
}

function lookOf(
  run: SightedRun,
  seen: Sighting,
  opened: Pick<Deviation, 'openedAt' | 'openedAtStep'> & Partial<Pick<Deviation, 'elsewhere'>>,
) {
  const stepsBefore = Math.max(0, opened.openedAtStep - seen.startedAtStep);
  return {
    startedAt: run.msPerStep === null ? null : Math.round(opened.openedAt - stepsBefore * run.msPerStep),
    metric: seen.metric,
    kind: seen.kind,
    side: seen.side,
    step: seen.step,
    startedAtStep: seen.startedAtStep,
    expected: seen.expected,
    expectedLower: seen.expectedLower,
    expectedUpper: seen.expectedUpper,
    observed: seen.observed,
    sigma: seen.sigma,
    price: priceOf(seen.computeShare, run.spent),
    // The detector knows of its own run alone.
    evidence: opened.elsewhere ? [...seen.evidence, opened.elsewhere] : seen.evidence,
    advice: seen.advice,
    outlook: seen.outlook,
  };
}
