// Places and words for ticks: round numbers, on log scales too where these span less than a decade.

/** Round numbers between `low` and `high`, about `wanted` of them. */
export function roundTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let at = Math.ceil(low / size - 1e-9); at * size <= high + size * 1e-9; at++)
    // Sums of fractions such as 0.1 are off by a last digit.
    ticks.push(Number((at * size).toPrecision(12)));
  return ticks;
}

/** Ticks of a log scale: 1, 2, 5 of each decade, only the decades where there are many, round numbers within one. */
export function logTicks(low: number, high: number, wanted: number): number[] {
  if (!(low > 0) || high / low < 12) return roundTicks(low, high, wanted);
  const decades = Math.log10(high / low);
  const factors = decades * 3 <= wanted * 1.5 ? [1, 2, 5] : [1];
  const every = factors.length > 1 ? 1 : Math.max(1, Math.ceil(decades / wanted));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += every)
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(12));
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  return ticks;
}

const LETTERS: readonly (readonly [size: number, letter: string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Words for ticks, all with as many digits as tell neighbours apart. */
export function tickTexts(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e15) return ticks.map((tick) => tick.toExponential(0).replace('e+', 'e'));
  const [size, letter] = largest >= 10_000 ? LETTERS.find(([limit]) => largest >= limit)! : [1, ''];
  const gap = ticks.length > 1 ? Math.min(...ticks.slice(1).map((tick, i) => Math.abs(tick - ticks[i]!))) : largest;
  const smallest = Math.min(...ticks.filter((tick) => tick !== 0).map(Math.abs), gap);
  if (smallest / size < 1e-4 && largest / size < 1)
    return ticks.map((tick) => (tick === 0 ? '0' : tick.toExponential().replace('e-', 'e−').replace(/^-/, '−')));
  const digits = Math.max(0, Math.min(8, Math.ceil(-Math.log10(gap / size) - 1e-9)));
  // On a log scale each tick wants its own number of digits.
  const even = ticks.length < 3 || Math.abs(ticks[1]! - ticks[0]! - (ticks[2]! - ticks[1]!)) < gap * 0.01;
  return ticks.map((tick) => {
    if (tick === 0) return '0';
    const text = even ? (tick / size).toFixed(digits) : shortText(tick, size);
    return text.replace(/^-/, '−') + (even ? letter : '');
  });
}

function shortText(tick: number, size: number): string {
  if (size === 1) return Math.abs(tick) < 1e-3 ? tick.toExponential(0).replace('e-', 'e−') : String(tick);
  const [own, letter] = LETTERS.find(([limit]) => Math.abs(tick) >= limit) ?? [1, ''];
  return `${Number((tick / own).toPrecision(3))}${letter}`;
}
