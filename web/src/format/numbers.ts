// Numbers as people read them: few digits, true minus signs, units apart.
const MINUS = '−';
const GAP = '\u202f';

const signed = (text: string): string => text.replace(/^-/, MINUS);

/** A loss or another metric: `digits` significant ones, millions and more by their letter, `NaN` and `∞` as words of their own. */
export function metricText(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Math.round(size) >= 1e6) return sizeText(value, digits);
  if (size < 1e-3) return signed(String(Number(value.toPrecision(3)).toExponential())).replace('e-', `e${MINUS}`);
  return signed(value.toPrecision(Math.max(digits, Math.floor(Math.log10(size)) + 1)));
}

/** Whole numbers, thousands marked as the reader's language does. */
export function countText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return signed(Math.round(value).toLocaleString());
}

const LETTERS = ['', 'k', 'M', 'B', 'T', 'P'] as const;

/** Sizes such as parameters and tokens: 35.1k, 1.2B. */
export function sizeText(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e18) return signed(value.toExponential(2)).replace('e+', 'e');
  let power = size < 1 ? 0 : Math.min(Math.floor(Math.log10(size) / 3), LETTERS.length - 1);
  // 999,950 rounds up into the next letter.
  if (power < LETTERS.length - 1 && Number((size / 1000 ** power).toPrecision(digits)) >= 1000) power++;
  const text = (value / 1000 ** power).toPrecision(digits);
  return signed(text.includes('.') ? text.replace(/\.?0+$/, '') : text) + LETTERS[power];
}

/** Predictive deviations with their sign: +4.2 σ. */
export function sigmaText(sigma: number | null | undefined): string {
  if (sigma === null || sigma === undefined || !Number.isFinite(sigma)) return '–';
  const size = Math.abs(sigma);
  const sign = size < 0.05 ? '' : sigma < 0 ? MINUS : '+';
  return `${sign}${size >= 99.5 ? '99+' : size >= 9.95 ? size.toFixed(0) : size.toFixed(1)}${GAP}σ`;
}

/** A share as a percentage: 0.124 → 12 %. */
export function percentText(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  const value = 100 * share;
  const size = Math.abs(value);
  return `${signed(size >= 10 || size === 0 ? value.toFixed(0) : size >= 1 ? value.toFixed(1) : value.toPrecision(2))}${GAP}%`;
}

export function usdText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return `${value < 0 ? MINUS : ''}$${size >= 100 ? countText(size) : size >= 0.01 || size === 0 ? size.toFixed(2) : size.toPrecision(2)}`;
}

/** An estimate with its interval: 12 % (7–18 %). */
export function intervalText(
  estimate: { value: number; lower: number; upper: number } | null | undefined,
  text: (value: number) => string,
): string {
  return estimate ? `${text(estimate.value)} (${text(estimate.lower)} to ${text(estimate.upper)})` : '–';
}

const RUN_TIMES = [
  [1, 'run-day'],
  [24, 'run-hour'],
  [1440, 'run-minute'],
] as const;

/** Time that all runs together were judged for: 12 run-days, 6.3 run-minutes. */
export function runDaysText(days: number): string {
  const [times, name] = (days > 0 && RUN_TIMES.find(([each]) => days * each >= 1)) || RUN_TIMES[days > 0 ? 2 : 0];
  const value = Number((days * times).toPrecision(2));
  return `${value.toLocaleString()}${GAP}${name}${value === 1 ? '' : 's'}`;
}
