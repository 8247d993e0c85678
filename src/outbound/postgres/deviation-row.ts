// A deviation as its row: columns for lists and dashboards, the document for reading it back exactly.
import { type Deviation, UNTOUCHED, wakeAt } from '../../alerting/deviation.js';
import { fromJson, toJson } from './exact-json.js';
import type { Prisma } from './prisma-client/client.js';

/** Columns of numbers hold null where a number is not finite. */
export function deviationRow(deviation: Deviation): Prisma.DeviationUncheckedCreateInput {
  const { id, version, run, runs, project, family, attempt, metric, kind, side, status } = deviation;
  const { openedAt, resolvedAt, startedAtStep, openedAtStep, step, history, falseAlarm } = deviation;
  return {
    ...{ id, version, run, runs, project, family, attempt, metric, kind, side, status },
    ...{ openedAt, resolvedAt, startedAtStep, openedAtStep, step, history, falseAlarm },
    expected: finite(deviation.expected),
    expectedLower: finite(deviation.expectedLower),
    expectedUpper: finite(deviation.expectedUpper),
    observed: finite(deviation.observed),
    sigma: finite(deviation.sigma),
    wakeAt: wakeAt(deviation),
    dataOrder: deviation.dataOrder,
    eventId: deviation.eventId,
    document: deviationDocument(deviation),
  };
}

export const deviationDocument = (deviation: Deviation): Prisma.InputJsonValue =>
  toJson(deviation) as Prisma.InputJsonValue;

/** Rows of earlier versions lack the newer fields. */
export const deviationOf = (document: unknown): Deviation => ({
  ...UNTOUCHED,
  partKinds: [],
  ...(fromJson(document) as Omit<Deviation, keyof typeof UNTOUCHED | 'partKinds'>),
});

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
