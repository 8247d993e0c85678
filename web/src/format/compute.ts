// A deviation's worth in the run's own compute: what it lost, or how far it is ahead.
import type { Deviation, Estimate } from '../api/shapes.js';
import { percentText } from './numbers.js';

type Priced = Pick<Deviation, 'side' | 'price'>;

export interface ComputeWords {
  /** Such as 79 %, or 5.7× where it is more than all that the run had. */
  value: string;
  /** The same of its interval's ends, the smaller first. */
  lower: string;
  upper: string;
}

/** What was lost of the compute so far; for a run that is better, by how much of it the run is ahead. Null where it was not priced, or is worth nothing. */
export function computeWords({ side, price }: Priced): ComputeWords | null {
  const share = gainOrLoss({ side, price }, 'compute_share');
  if (share === null) return null;
  const { value, lower, upper } = share;
  return { value: shareText(value), lower: shareText(lower), upper: shareText(upper) };
}

/** With the interval: 79 % (47 % to 91 %); one figure where the interval's ends read the same. */
export function computeText(deviation: Priced): string | null {
  const words = computeWords(deviation);
  if (words === null) return null;
  return words.lower === words.upper ? words.value : `${words.value} (${words.lower} to ${words.upper})`;
}

/** What was lost, or for a run that is better gained, in this unit; null where it was not priced, or is worth nothing. */
export function gainOrLoss({ side, price }: Priced, unit: keyof Deviation['price']): Estimate | null {
  const estimate = price[unit];
  if (estimate === null) return null;
  const worth = side === 'better' ? mirrored(estimate) : estimate;
  return worth.value > 0 ? worth : null;
}

const mirrored = ({ value, lower, upper }: Estimate): Estimate => ({ value: -value, lower: -upper, upper: -lower });

const shareText = (share: number): string =>
  Math.abs(share) < 2 ? percentText(share) : `${Number(share.toPrecision(2)).toLocaleString()}×`;
