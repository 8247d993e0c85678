// What offcurve.yml may say: the budget, the channels, the routes.
import { z } from 'zod';
import { DEVIATION_KINDS } from '../core/detection/deviation-kinds.js';
import { alarmsPerDay } from './budget.js';
import { channelSchema, refusePrivate } from './channel-settings.js';

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

function isQuietHours(text: string): boolean {
  const match = /^\s*(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})(?:\s+(\S+))?\s*$/.exec(text);
  if (!match || match[1] === match[2]) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: match[3] ?? 'UTC' });
    return [match[1]!, match[2]!].every((time) => /^([01]?\d|2[0-3]):[0-5]\d$/.test(time));
  } catch {
    return false;
  }
}

const route = z.strictObject({
  match: z
    .strictObject({ project: z.string(), family: z.string(), tag: z.string(), run: z.string() })
    .partial()
    .optional(),
  kinds: z.array(z.enum(DEVIATION_KINDS)).min(1).optional(),
  min_price: share.optional(),
  channels: z.array(z.string()).min(1),
  continue: z.boolean().optional(),
  /** Holds back what is not urgent, such as "22:00-07:00 Europe/Berlin". */
  quiet_hours: z.string().refine(isQuietHours, 'not hours such as "22:00-07:00 Europe/Berlin"').optional(),
  /** Where it goes when nobody has acknowledged it. */
  escalate: z.strictObject({ after_minutes: z.number().positive(), channels: z.array(z.string()).min(1) }).optional(),
});

function isTimeOfDay(text: string): boolean {
  const match = /^\s*(\d{1,2}:\d{2})(?:\s+(\S+))?\s*$/.exec(text);
  return match !== null && isQuietHours(`${match[1]}-${match[1] === '00:00' ? '00:01' : '00:00'} ${match[2] ?? ''}`);
}

/** A metric that laws are fitted to: which way is better, and what no run gets past. */
const metric = z
  .strictObject({ direction: z.enum(['lower', 'higher']), floor: z.number().optional() })
  .refine(({ direction, floor }) => direction === 'lower' || floor !== undefined, {
    path: ['floor'],
    error: 'missing: the best that a metric can be which is better higher, such as 1 for accuracy or 100 for BLEU',
  })
  .transform(({ direction, floor = 0 }) => ({ direction, floor }));

export const configSchema = z.strictObject({
  budget: z.strictObject({ false_alarms: rate.optional(), fleet: rate.optional() }).optional(),
  channels: z
    .record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'not a name of letters, digits, ., _ and -'), channelSchema)
    .optional(),
  routes: z.array(route).optional(),
  /** Beside the losses, by the name that runs log it under. */
  metrics: z.record(z.string().min(1).max(256), metric).optional(),
  /** Sent once a day: what opened, closed and is open, and the forecasts of the runs that are running. */
  digest: z
    .strictObject({
      at: z.string().refine(isTimeOfDay, 'not a time such as "09:00 Europe/Berlin"'),
      channels: z.array(z.string()).min(1),
    })
    .optional(),
  /** Called every minute, so that others notice when offcurve is down. */
  heartbeat: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: 'not an http(s) address' }),
      allow_private: z.boolean().optional(),
    })
    .superRefine(refusePrivate)
    .optional(),
});

/** offcurve.yml as checked, variables filled in. */
export type Config = z.infer<typeof configSchema>;
export type RouteSettings = z.infer<typeof route>;
