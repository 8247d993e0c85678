// The planned learning rate of a run, as its metadata states it.
import { z } from 'zod';

const rate = z.number().nonnegative().finite();
const steps = z.number().int().nonnegative();

/** The planned learning rate: a named shape with its numbers, or `custom` with points to be joined by straight lines. */
export const scheduleSchema = z.object({
  kind: z.enum(['constant', 'cosine', 'linear', 'wsd', 'custom']),
  peak: rate.optional(),
  min: rate.optional(),
  warmup_steps: steps.optional(),
  decay_steps: steps.optional(),
  points: z
    .array(z.tuple([steps, rate]))
    .max(100_000)
    .optional(),
});
export type Schedule = z.infer<typeof scheduleSchema>;
