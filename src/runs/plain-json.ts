// Values of our own as plain JSON for others: snake_case, and words for numbers that JSON cannot hold.
import { nonFiniteWord } from './nonfinite.js';

/** A number that is not finite comes as null, with its word in `KEY_nonfinite` beside it. */
export function plainJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  const made: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    // Names of a law's parameters begin with a capital: those stay.
    const name = key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    made[name] = plainJson(part);
    const word = typeof part === 'number' ? nonFiniteWord(part) : undefined;
    if (word) made[`${name}_nonfinite`] = word;
  }
  return made;
}
