// A deviation as its row: columns for lists and dashboards, the document for reading it back exactly.
import { type Deviation, wakeAt } from '../../alerting/deviation.js';
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
    document: deviationDocument(deviation),
  };
}

export const deviationDocument = (deviation: Deviation): Prisma.InputJsonValue =>
  toJson(deviation) as Prisma.InputJsonValue;

export const deviationOf = (document: unknown): Deviation => fromJson(document) as Deviation;

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
