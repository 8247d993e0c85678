// A list that is empty or not read yet, as one and the same object: an empty answer is no reason to draw.

export const NOTHING: readonly never[] = [];

/** The list itself where it holds something. */
export const orNothing = <T>(list: readonly T[] | null | undefined): readonly T[] =>
  list != null && list.length > 0 ? list : NOTHING;
