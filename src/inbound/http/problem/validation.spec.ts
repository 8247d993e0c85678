// What a sender is told of a parameter: its name, what is wrong with it, and what would be right.
import { z } from 'zod';
import { inWords } from './validation.js';

const schema = z.strictObject({
  family: z.string(),
  limit: z.number().min(1).optional(),
  at: z.strictObject({}).optional(),
});
const said = (given: unknown) => schema.safeParse(given).error!.issues.flatMap((issue) => inWords(issue));

it('names what is missing, and does not tell to leave it out', () =>
  expect(said({})).toEqual([{ field: 'family', reason: 'family is missing', fix: expect.stringMatching(/^add it/) }]));

it('names each key that is not known, also inside', () =>
  expect(said({ family: 'f', limt: 1, at: { x: 1, y: 2 } }).map(({ field }) => field)).toEqual([
    'at.x',
    'at.y',
    'limt',
  ]));

it('tells of a value out of its range in the words of the schema', () =>
  expect(said({ family: 'f', limit: 0 })).toMatchObject([
    { field: 'limit', fix: expect.stringMatching(/^correct the value/) },
  ]));
