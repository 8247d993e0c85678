// What a fitted law says of a run that has not been made.
import { LawError } from './law-error.js';
import type { LawDocument } from './law-document.js';
import { intervalAt } from './law-interval.js';
import { logLoss } from './law-loss.js';
import { lawNamed } from './law-names.js';
import { FLOP_PER_PARAM_TOKEN, type Place } from './run-table.js';
import { bestPlace } from './optimum.js';

export interface Prediction {
  loss: number;
  /** For the measured loss of a new run. */
  lower: number;
  upper: number;
  level: number;
}

/** A question: N and D, or compute alone, for the best N and D at that compute. */
export interface Asked {
  params?: number;
  tokens?: number;
  compute?: number;
  unique?: number;
}

/**
 * Loss with interval. Forms are averaged in log loss.
 * @throws LawError where the law needs what is not given.
 */
export function predict(document: LawDocument, asked: Asked, level: number): Prediction {
  const place = placeAsked(document, asked);
  const loss = Math.exp(logLoss(document, place));
  return { loss, ...intervalAt(document, place, loss, level), level };
}

/** The whole place that is meant, or an error that names what is missing. */
export function placeAsked(document: LawDocument, { params, tokens, compute, unique }: Asked): Place {
  const needs = new Set(document.forms.flatMap(({ law }) => lawNamed(law).inputs));
  if (params !== undefined && tokens !== undefined)
    return { params, tokens, compute: compute ?? FLOP_PER_PARAM_TOKEN * params * tokens, unique };
  if (compute !== undefined) {
    if (params !== undefined) return { params, tokens: compute / (FLOP_PER_PARAM_TOKEN * params), compute, unique };
    if (tokens !== undefined) return { params: compute / (FLOP_PER_PARAM_TOKEN * tokens), tokens, compute, unique };
    if (!needs.has('params') && !needs.has('tokens')) return { params: NaN, tokens: NaN, compute };
    return { ...bestPlace(document, compute), unique };
  }
  // A law of one axis counts distance along it, as if the other stayed where the table's top is.
  const top = document.calibration.compute_max;
  const only = (axis: 'params' | 'tokens'): boolean => needs.size === 1 && needs.has(axis);
  if (params !== undefined && only('params'))
    return { params, tokens: NaN, compute: (top * params) / document.range.params.max };
  if (tokens !== undefined && only('tokens'))
    return { params: NaN, tokens, compute: (top * tokens) / document.range.tokens.max };
  throw new LawError(
    `${document.law} predicts from ${[...needs].join(' and ')}, of which not enough is given`,
    needs.has('params') || needs.has('tokens')
      ? 'give --params N --tokens D, or --compute C for the best N and D at that compute'
      : 'give --compute C, or --params N --tokens D for 6·N·D',
  );
}
