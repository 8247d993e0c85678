// Checks parameters by their schemas; what is wrong is answered field by field.
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.js';

/** A pipe for all routes: parameters that name a schema come out as the schema gives them. */
export const validation = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new Problem(
        400,
        'the request has values that cannot be used',
        issues.map(({ path, message }) => ({
          field: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
          reason: message,
          fix: 'correct the value, or leave it out; /api lists what is known',
        })),
      ),
  });
