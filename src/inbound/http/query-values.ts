// What a query can hold beside texts: numbers as they are written in an address, and nothing at all.
import { z } from 'zod';

/** A number written out. `from=` with nothing behind it is not zero. */
export const numeric = <S extends z.ZodType<number>>(schema: S) => z.preprocess(numberOf, schema);

const numberOf = (given: unknown): unknown =>
  typeof given === 'string' ? (given.trim() === '' ? NaN : Number(given)) : given;

/** For routes that take no parameter: one that is sent is misspelt, or meant for another route. */
export const noQuery = z.strictObject({});
export type NoQuery = z.infer<typeof noQuery>;
