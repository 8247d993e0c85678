// What a test found: which test, how clear, on which side, since when, how large.

export const TESTS = ['a spike', 'a step', 'a bend', 'a rise above the best loss so far'] as const;
export type Test = 0 | 1 | 2 | 3;

/** What a test found. */
export interface Finding {
  test: Test;
  z: number;
  side: 1 | -1;
  /** Points since the onset. */
  back: number;
  size: number;
}
