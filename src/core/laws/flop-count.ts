// What a training run costs in FLOP, by the three counts in use: they differ by embeddings and attention.
import { FLOP_PER_PARAM_TOKEN } from './run-table.js';

/** A decoder-only transformer with as many heads as fill its width. */
export interface ModelShape {
  layers: number;
  width: number;
  /** Of the feed-forward part; usually four times the width. */
  feedForward: number;
  vocabulary: number;
  /** Tokens of one sequence. */
  context: number;
  heads: number;
}

/** Parameters of the layers, 2·width·(2·width + feedForward) each: attention and feed-forward part, no embeddings, no norms. */
export const layerParams = ({ layers, width, feedForward }: ModelShape): number =>
  2 * layers * width * (2 * width + feedForward);

/** Token embeddings (and the output layer where it is not shared with them). */
export const embeddingParams = ({ vocabulary, width }: ModelShape, shared = true): number =>
  vocabulary * width * (shared ? 1 : 2);

/** 6·N·D: two FLOP a parameter forward, four backward. N with or without embeddings, as the caller counts it. */
export const sixND = (params: number, tokens: number): number => FLOP_PER_PARAM_TOKEN * params * tokens;

/**
 * Kaplan et al. 2020 (arXiv 2001.08361), table 1: 6·N of the layers alone and 6·layers·context·width for attention, a token.
 */
export function kaplanFlop(shape: ModelShape, tokens: number): number {
  const { layers, context, width } = shape;
  return tokens * (6 * layerParams(shape) + 6 * layers * context * width);
}

/**
 * Hoffmann et al. 2022 (arXiv 2203.15556), appendix F: every matrix product of a sequence. The appendix lists embeddings
 * and logits too, but the ratios to 6·N·D of its table A4 come out only without both: `ends` says whether they count.
 */
export function chinchillaFlop(
  { layers, width, feedForward, vocabulary, context, heads }: ModelShape,
  tokens: number,
  ends: 'with-embeddings-and-logits' | 'layers-only' = 'with-embeddings-and-logits',
): number {
  const embeddings = 2 * context * vocabulary * width;
  const attention =
    2 * 3 * context * width * width + // queries, keys and values
    2 * context * context * width + // their products
    3 * heads * context * context + // softmax
    2 * context * context * width + // what is attended to
    2 * context * width * width; // and its projection
  const dense = 2 * context * (width * feedForward + width * feedForward);
  const logits = 2 * context * width * vocabulary;
  const forward = layers * (attention + dense) + (ends === 'layers-only' ? 0 : embeddings + logits);
  return (tokens / context) * 3 * forward;
}
