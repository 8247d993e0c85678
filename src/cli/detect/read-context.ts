// Reads the file that `offcurve context RUN` prints.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ContextEntry } from '../../runs/context-entry.js';
import { UserError } from '../user-error.js';

const seq = z.number().int().positive();
const contextSchema = z.object({
  run: z.string(),
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.object({ seq, kind: z.literal('settings'), settings: z.unknown() }),
      z.object({ seq, kind: z.literal('metadata'), metadata: z.record(z.string(), z.unknown()) }),
      z.object({ seq, kind: z.literal('leaning'), leaning: z.unknown() }),
      z.object({
        ...{ seq, kind: z.literal('references') },
        references: z.array(z.object({ run: z.string(), curves: z.record(z.string(), z.string()) })),
      }),
      z.object({ seq, kind: z.literal('end') }),
    ]),
  ),
});

/** The entries of a context file. @throws UserError where it is none. */
export function readContext(path: string): ContextEntry[] {
  const fix = 'write it anew: offcurve context RUN > FILE';
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError(`the context ${path} cannot be read: ${(error as Error).message}`, fix);
  }
  const checked = contextSchema.safeParse(given);
  if (checked.success) return checked.data.entries as ContextEntry[];
  const issue = checked.error.issues[0]!;
  throw new UserError(`the context ${path} is none: ${issue.path.join('.') || 'it'}: ${issue.message}`, fix);
}
