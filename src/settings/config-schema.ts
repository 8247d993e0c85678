// What offcurve.yml may say: the budget, the channels, the routes.
import { z } from 'zod';
import { alarmsPerDay } from './budget.js';
import { channelSchema } from './channel-settings.js';

const rate = z
  .string()
  .refine((text) => alarmsPerDay(text) !== null, 'not of the form "1 per 30 run-days" or "1 per day"');

/** A share such as "1%" or 0.01. */
const share = z.union([z.number(), z.string()]).transform((value, context) => {
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?\s*%$/.test(value) ? parseFloat(value) / 100 : NaN;
  if (number >= 0 && number <= 1) return number;
  context.addIssue({ code: 'custom', message: 'not a share such as "1%"' });
  return z.NEVER;
});

const KINDS = [
  'spike',
  'shift',
  'drift',
  'divergence',
  'plateau',
  'non-finite',
  'noisier',
  'better-than-predicted',
  'silent',
  'slow',
  'data-event',
  'off-law',
  'pending',
] as const;

const route = z.strictObject({
  match: z
    .strictObject({ project: z.string(), family: z.string(), tag: z.string(), run: z.string() })
    .partial()
    .optional(),
  kinds: z.array(z.enum(KINDS)).min(1).optional(),
  min_price: share.optional(),
  channels: z.array(z.string()).min(1),
  continue: z.boolean().optional(),
});

export const configSchema = z.strictObject({
  budget: z.strictObject({ false_alarms: rate.optional(), fleet: rate.optional() }).optional(),
  channels: z
    .record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'not a name of letters, digits, ., _ and -'), channelSchema)
    .optional(),
  routes: z.array(route).optional(),
});

/** offcurve.yml as checked, variables filled in. */
export type Config = z.infer<typeof configSchema>;
export type RouteSettings = z.infer<typeof route>;
