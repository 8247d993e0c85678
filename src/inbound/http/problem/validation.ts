// Checks parameters by their schemas; what is wrong is answered field by field.
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem, WRONG_VALUES } from './problem.js';

/** A pipe for all routes: parameters that name a schema come out as the schema gives them. */
export const validation = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new Problem(
        400,
        WRONG_VALUES,
        issues.flatMap((issue) => inWords(issue)),
      ),
  });

interface Said {
  field: string;
  reason: string;
  fix: string;
}

/** zod's issues say more than the standard asks of them: which keys are unknown. */
interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
  code?: string;
  keys?: readonly string[];
}

/** An issue as the sender is told of it; one for each key that is not known. */
export function inWords(issue: Issue): Said[] {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const field = path.join('.');
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({
      field: [...path, key].join('.'),
      reason: `"${key}" is not known here`,
      fix: 'leave it out, or correct its name; /api lists what is known',
    }));
  if (issue.code === 'invalid_type' && /received undefined$/.test(issue.message))
    return [{ field, reason: `${field} is missing`, fix: 'add it; /api says what it holds' }];
  if (issue.code === 'invalid_type' && /received NaN$/.test(issue.message))
    return [{ field, reason: `${field} is not a number`, fix: 'send one number; /api says from where to where' }];
  return [{ field, reason: issue.message, fix: 'correct the value, or leave it out; /api lists what is known' }];
}
