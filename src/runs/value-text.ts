// JSON for float64 values to the last bit: what JSON cannot hold is written as a word.

type Encoded = number | string | null;
const WORDS: [string, number][] = [
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['-0', -0],
];

/** Plain JSON for a row of values; null stays null. */
export function encodeValues(values: readonly (number | null | undefined)[]): Encoded[] {
  return Array.from(values, (value) => {
    if (value === null || value === undefined) return null;
    return WORDS.find(([, special]) => Object.is(special, value))?.[0] ?? value;
  });
}

/** The values that `encodeValues` wrote. */
export function decodeValues(encoded: readonly Encoded[]): (number | null)[] {
  return encoded.map((value) => (typeof value === 'string' ? WORDS.find(([word]) => word === value)![1] : value));
}
