// Numbers as people type them: 7B, 1.5T, 35k, 1e21, 40%.
const POWERS: Record<string, number> = { k: 1e3, m: 1e6, b: 1e9, g: 1e9, t: 1e12, p: 1e15, '%': 0.01 };

/** Null where it is no positive number. */
export function parseNumber(text: string): number | null {
  const found = /^\s*([\d.,]+(?:e[+-]?\d+)?)\s*([kmbgtp%])?\s*$/i.exec(text);
  if (found === null) return null;
  const value = Number(found[1]!.replaceAll(',', '')) * (POWERS[(found[2] ?? '').toLowerCase()] ?? 1);
  return Number.isFinite(value) && value > 0 ? value : null;
}
