// Texts in queries and bodies: what the database can hold and compare.
import { z } from 'zod';
import { LONGEST_NAME, nameProblem } from '../../runs/metric-record.js';

/** Postgres holds no NUL; half a surrogate pair would be stored as another text than was sent. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const storable = (text: z.ZodString) =>
  text.refine(isStorable, 'the text has a NUL character or broken Unicode: send printable text');

/** A text to compare with, or to look for. */
export const searched = storable(z.string().min(1).max(LONGEST_NAME));

/** A text of several lines, or none. */
export const remark = (longest: number) => storable(z.string().max(longest));

/** A name to be given: as strict as those that come with records. */
export const newName = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  .superRefine((name, context) => {
    const problem = name === '' ? null : nameProblem('', name);
    if (problem) context.addIssue({ code: 'custom', message: `${problem.reason}: ${problem.fix}` });
  });
