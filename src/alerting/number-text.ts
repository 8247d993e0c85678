// Numbers as people read them in messages.

const UNITS: readonly [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Three significant digits, thousands and more with a unit: 1.24 B, 310, 0.042. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  for (const [unit, name] of UNITS) if (size >= 0.9995 * unit) return `${digits(value / unit)} ${name}`;
  return digits(value);
}

/** As many digits as a loss needs to be told from its forecast, `gap` away; null where there is none. */
export function lossText(value: number, distance: number | null): string {
  if (!Number.isFinite(value)) return String(value);
  const gap = distance ?? Math.abs(value) / 100;
  const places = gap > 0 ? Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(gap)))) : 3;
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-6)
    ? value.toExponential(3)
    : value.toFixed(places);
}

/** A share as percent, without the sign: 12, 7.3, 0.42. */
const percentText = (share: number): string => {
  const value = 100 * share;
  return Math.abs(value) >= 10 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(1) : value.toFixed(2);
};

/** "12 % (7–18 %)": the bounds need no digit that the value in between does not have. */
export function percentRange({ value, lower, upper }: { value: number; lower: number; upper: number }): string {
  const bound = (share: number): string => trimmed(percentText(share));
  return `${percentText(value)} % (${bound(lower)}–${bound(upper)} %)`;
}

const trimmed = (text: string): string => text.replace(/\.0+$/, '');

export const wholeNumber = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** "40 s", "25 min", "3 h", "2 d": the coarsest that still says it. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

function digits(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('e') ? text : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
