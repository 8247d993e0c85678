// Which axis holds a run back: too few parameters or too few tokens for its compute, and what that wastes.
import { bestPlace } from '../core/laws/optimum.js';
import { logLoss } from '../core/laws/law-loss.js';
import type { Place } from '../core/laws/run-table.js';
import type { LawForms } from '../core/laws/law-draws.js';
import { computeFor } from './reach.js';

export interface AxisVerdict {
  /** What another doubling of each alone would take off the loss, as a share of it. */
  gain_of_twice_params: number;
  gain_of_twice_tokens: number;
  binds: 'params' | 'tokens' | 'neither';
  verdict: 'over-parameterised' | 'under-parameterised' | 'balanced';
  /** N over the best N for its compute. */
  size_ratio: number;
  /** Share of the compute that the best N and D would not have needed for this loss. */
  wasted: number;
  /** The same loss for less, or null where there is nothing to gain. */
  way_out: { params: number; tokens: number; compute: number } | null;
}

/** Within this factor of the best size the loss is as good as flat. */
const BALANCED = 1.5;

export function axisOf(law: LawForms, place: Place): AxisVerdict {
  const here = logLoss(law, place);
  const grown = (params: number, tokens: number): number =>
    1 -
    Math.exp(
      logLoss(law, { params: place.params * params, tokens: place.tokens * tokens, compute: place.compute * 2 }) - here,
    );
  const [twiceN, twiceD] = [grown(2, 1), grown(1, 2)];
  const best = bestPlace(law, place.compute);
  const ratio = place.params / best.params;
  const balanced = ratio < BALANCED && ratio > 1 / BALANCED;
  const enough = computeFor(law, place.compute, Math.exp(here));
  const wasted = Math.max(0, 1 - enough / place.compute);
  return {
    gain_of_twice_params: twiceN,
    gain_of_twice_tokens: twiceD,
    binds: balanced ? 'neither' : ratio > 1 ? 'tokens' : 'params',
    verdict: balanced ? 'balanced' : ratio > 1 ? 'over-parameterised' : 'under-parameterised',
    size_ratio: ratio,
    wasted,
    way_out: balanced || !Number.isFinite(enough) ? null : { ...bestPlace(law, enough) },
  };
}
