// Changes of runs for the store's tests, with only what a test speaks of spelled out.
import { type Deviation, UNTOUCHED } from '../../src/alerting/deviation.js';
import type { OutboxMessage } from '../../src/alerting/outbox-message.js';
import type { PointRow } from '../../src/runs/point-row.js';
import type { RunHeader } from '../../src/runs/run-header.js';
import type { BatchChange, ClosedSegment, RunChange } from '../../src/watch/watch-store.js';

export function header(id: string, parts: Partial<RunHeader> = {}): RunHeader {
  return {
    id,
    ref: 0,
    version: 0,
    status: 'running',
    metadata: {},
    metricNames: ['loss'],
    lastSeq: 0,
    attempt: 1,
    newestStep: 0,
    firstTime: 1_000,
    lastTime: 2_000,
    lastArrival: 3_000,
    pace: { usualMs: 0, longestMs: 0 },
    endedAt: null,
    endedAs: null,
    unsentHistory: 0,
    counters: { repeats: 0, conflicts: 0, late: 0, ignoredKeys: {} },
    ...parts,
  };
}

export function change(of: RunHeader, parts: Partial<RunChange> = {}): RunChange {
  return {
    header: of,
    rows: [],
    moved: [],
    segments: [],
    closedThroughSeq: null,
    snapshot: null,
    context: [],
    waiting: null,
    deviations: [],
    knots: [],
    forecasts: [],
    standings: null,
    finished: [],
    ...parts,
  };
}

export const batch = (...runs: RunChange[]): BatchChange => ({ source: null, runs, messages: [] });

export const row = (seq: number, step: number, ...values: (number | null)[]): PointRow => ({
  seq,
  attempt: 1,
  step,
  time: 1_000 * step,
  late: false,
  values,
});

/** The closed segment of one metric of attempt 1. */
export function segmentOf(metric: number, rows: readonly PointRow[]): ClosedSegment {
  const own = rows.filter(({ values }) => values[metric] !== null);
  return {
    attempt: 1,
    metric,
    places: {
      seqs: Float64Array.from(own, ({ seq }) => seq),
      steps: Float64Array.from(own, ({ step }) => step),
      times: Float64Array.from(own, ({ time }) => time),
      late: Uint8Array.from(own, ({ late }) => (late ? 1 : 0)),
    },
    values: Float64Array.from(own, ({ values }) => values[metric]!),
  };
}

export function deviation(run: string, parts: Partial<Deviation> = {}): Deviation {
  return {
    id: `dev_${run}`,
    version: 1,
    run,
    runs: [run],
    project: null,
    family: null,
    tags: [],
    attempt: 1,
    metric: 'loss',
    kind: 'shift',
    side: 'worse',
    status: 'open',
    openedAt: 5_000,
    startedAt: 4_000,
    resolvedAt: null,
    startedAtStep: 90,
    openedAtStep: 100,
    step: 100,
    expected: 2.5,
    expectedLower: 2.4,
    expectedUpper: 2.6,
    observed: 2.9,
    sigma: 6.1,
    price: { computeShare: null, tokens: null, gpuHours: null, usd: null },
    evidence: ['loss stays above its band'],
    advice: null,
    outlook: null,
    ...UNTOUCHED,
    history: false,
    told: [],
    partKinds: [],
    ...parts,
  };
}

export const message = (id: string, parts: Partial<OutboxMessage> = {}): OutboxMessage => ({
  id,
  channel: 'archive',
  deviationId: 'dev_a',
  deviationVersion: 1,
  type: 'opened',
  body: '{"n":1}',
  createdAt: 1_000,
  ...parts,
});
