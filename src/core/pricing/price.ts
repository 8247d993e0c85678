// The price of lost compute: a share of what was spent, as tokens, GPU-hours and dollars.

/** An estimate with its interval; all three in one unit. */
export interface Amount {
  value: number;
  lower: number;
  upper: number;
}

/** What a run has spent so far; null where it is not known. */
export interface Spent {
  tokens: number | null;
  /** GPUs times hours of training. */
  gpuHours: number | null;
  /** Dollars for one hour of one GPU. */
  gpuHourUsd: number | null;
}

/** `share` of what was spent: each part null where what was spent is not known. */
export function priceOf(
  share: Amount | null,
  spent: Spent,
): { computeShare: Amount | null; tokens: Amount | null; gpuHours: Amount | null; usd: Amount | null } {
  const times = (factor: number | null): Amount | null =>
    share === null || factor === null || !Number.isFinite(factor)
      ? null
      : { value: share.value * factor, lower: share.lower * factor, upper: share.upper * factor };
  const usd = spent.gpuHours !== null && spent.gpuHourUsd !== null ? spent.gpuHours * spent.gpuHourUsd : null;
  return { computeShare: share, tokens: times(spent.tokens), gpuHours: times(spent.gpuHours), usd: times(usd) };
}
