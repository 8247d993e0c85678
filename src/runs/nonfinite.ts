// The words for numbers that JSON cannot hold, and their values.

/** What a metric's value is called when it is no finite number. */
export type NonFiniteWord = 'nan' | 'inf' | '-inf';

const WORDS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  infinity: Infinity,
  '+inf': Infinity,
  '+infinity': Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity,
};

/** The number a word such as "NaN", "Infinity" or "-inf" stands for (any case), or undefined where it is no such word. */
export function nonFiniteFromWord(word: string): number | undefined {
  return WORDS[word.trim().toLowerCase()];
}

/** The word for a number that is not finite, or undefined for a finite one. */
export function nonFiniteWord(value: number): NonFiniteWord | undefined {
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}
