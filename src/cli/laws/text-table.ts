// Text in columns for the terminal.

/** Rows with their columns padded; numbers to the right, text to the left. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const right = header.map((_, i) => rows.every((row) => row[i] === '' || /^[-+±]?[\d.]|^–$/.test(row[i]!)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

/** A number in few digits: 1.817, 2143, 4.78e22. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(digits - 2).replace('e+', 'e');
  return size >= 10 ** (digits - 1) ? String(Math.round(value)) : String(Number(value.toPrecision(digits)));
}

const PREFIXES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Parameters or tokens as people say them: 7.1B, 1.4T, 12k. */
export function counted(value: number): string {
  for (const [size, letter] of PREFIXES) if (value >= size) return `${Number((value / size).toPrecision(3))}${letter}`;
  return String(Number(value.toPrecision(3)));
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
