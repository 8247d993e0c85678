// The curve of a fitted law for a picture: by compute at the best split, or by the one thing that the law knows.
import type { LawDocument } from '../../core/laws/law-document.js';
import { intervalAt } from '../../core/laws/law-interval.js';
import { logLoss } from '../../core/laws/law-loss.js';
import { lawNamed } from '../../core/laws/law-names.js';
import { inMetric } from '../../core/laws/metric.js';
import { bestPlace, knowsSplit } from '../../core/laws/optimum.js';
import type { Place } from '../../core/laws/run-table.js';
import type { Knot } from './law-axes.js';

const KNOTS = 80;

export type CurveAxis = 'compute' | 'params' | 'tokens';
export const AXIS_TITLES: Readonly<Record<CurveAxis, string>> = {
  compute: 'compute, FLOP',
  params: 'parameters N',
  tokens: 'training tokens D',
};

/** What the law is drawn by. */
export function curveAxis(document: LawDocument): CurveAxis {
  if (knowsSplit(document)) return 'compute';
  const inputs = new Set(document.forms.flatMap(({ law }) => lawNamed(law).inputs));
  return (['params', 'tokens'] as const).find((input) => inputs.size === 1 && inputs.has(input)) ?? 'compute';
}

/**
 * From `from` to `to` on the law's axis, in the metric's own unit; the bounds are for the measured loss of a new run. No
 * knots where the law is of N and D both and knows no best split.
 */
export function lawCurve(document: LawDocument, level: number, [from, to]: readonly [number, number]): Knot[] {
  const place = placeBy(document);
  if (place === null) return [];
  return Array.from({ length: KNOTS }, (_, i) => {
    const x = from * (to / from) ** (i / (KNOTS - 1));
    const at = place(x);
    const loss = Math.exp(logLoss(document, at));
    return inMetric(document.metric, { x, loss, ...intervalAt(document, at, loss, level) });
  });
}

function placeBy(document: LawDocument): ((x: number) => Place) | null {
  if (knowsSplit(document)) return (compute) => bestPlace(document, compute);
  const nowhere = { params: NaN, tokens: NaN, compute: document.calibration.compute_max };
  const axis = curveAxis(document);
  const isAlone = document.forms.every(({ law }) => lawNamed(law).inputs.every((input) => input === axis));
  return isAlone ? (x) => ({ ...nowhere, [axis]: x }) : null;
}

/** The metric as the axis calls it. */
export const lossTitle = ({ columns }: LawDocument): string => columns.loss;

/** Losses are drawn on a logarithmic axis; a metric that is better higher is not. */
export const isLogLoss = ({ metric }: LawDocument): boolean => metric?.direction !== 'higher';
