// When unique data run out: what repeating them is worth, and the best size then.
import { logLoss } from '../core/laws/law-loss.js';
import { lawNamed } from '../core/laws/law-names.js';
import { FLOP_PER_PARAM_TOKEN } from '../core/laws/run-table.js';
import type { LawForms } from '../core/laws/law-draws.js';

export interface RepeatedData {
  unique_tokens: number;
  params: number;
  tokens: number;
  epochs: number;
  /** Tokens of fresh data that the repeated ones are worth. */
  worth_tokens: number;
  loss: number;
  /** Where the worth of repeats comes from. */
  source: string;
}

/** R_D*: repeats are worth 1 − 1/e of what they can be after so many (Muennighoff et al. 2023, table 2). */
const PUBLISHED_DECAY = 15.387756;
const GRID = 400;

/**
 * The best N at a compute when only `unique` tokens exist: D' = U·(1 + R_D·(1 − exp(−(D/U − 1)/R_D))) in place of D.
 * A data-constrained fit brings its own R_D; others take the published one and say so.
 */
export function repeatedData(law: LawForms, compute: number, unique: number): RepeatedData {
  const own = law.forms[0]!.law === 'data-constrained';
  const decay = own ? law.forms[0]!.parameters.R_D! : PUBLISHED_DECAY;
  const worthOf = (tokens: number): number =>
    tokens <= unique ? tokens : unique * (1 + decay * (1 - Math.exp(-(tokens / unique - 1) / decay)));
  const size = compute / FLOP_PER_PARAM_TOKEN;
  let best = { params: NaN, tokens: NaN, loss: Infinity };
  for (let i = 0; i <= GRID; i++) {
    const params = Math.exp((Math.log(size) * (0.2 * GRID + 0.6 * i)) / GRID);
    const tokens = size / params;
    const place = own ? { params, tokens, compute, unique } : { params, tokens: worthOf(tokens), compute };
    const loss = own
      ? lawNamed('data-constrained').loss(law.forms[0]!.parameters, place)
      : Math.exp(logLoss(law, place));
    if (loss < best.loss) best = { params, tokens, loss };
  }
  return {
    unique_tokens: unique,
    ...best,
    epochs: best.tokens / unique,
    worth_tokens: worthOf(best.tokens),
    source: own ? 'fitted' : 'R_D = 15.4 repeats, Muennighoff et al. 2023',
  };
}
