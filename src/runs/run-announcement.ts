// What a job says about itself on training.runs: metadata that arrives before, during or after its points.
import { z } from 'zod';
import { batchScheduleSchema } from './batch-schedule.js';
import { LONGEST_NAME, nameProblem } from './metric-record.js';
import { planProblem } from './plan-problem.js';
import { decodeTime } from './record-time.js';
import { type Decoded, rejected, shown } from './rejection.js';
import { scheduleSchema } from './schedule.js';

const text = z.string().min(1).max(LONGEST_NAME);
const positive = z.number().positive().finite();
const whole = z.number().int().positive();

const parentSchema = z.object({ run: text, step: z.number().int().nonnegative() });

const fields = {
  run: text,
  name: text,
  project: text,
  family: text,
  params: positive,
  params_non_embedding: positive,
  planned_tokens: positive,
  planned_steps: whole,
  tokens_per_step: positive,
  schedule: scheduleSchema,
  batch_schedule: batchScheduleSchema,
  data_order: text,
  gpus: positive,
  gpu: text,
  gpu_hour_usd: z.number().nonnegative().finite(),
  gpu_peak_flops: positive,
  parent: parentSchema,
  watch: z.array(text).max(32),
  tags: z.array(text).max(64),
  status: z.enum(['started', 'finished', 'failed', 'stopped']),
  target_loss: z.number().finite(),
  attempt: z.number().int().min(1).max(1_000_000),
};
const announcementSchema = z.object(fields).partial();

/** Metadata as a run's announcement carries it; every field but `run` is optional. */
export type RunMetadata = Omit<z.infer<typeof announcementSchema>, 'run' | 'attempt' | 'status'>;
export type RunStatusWord = NonNullable<z.infer<typeof announcementSchema>['status']>;

/** One message of training.runs. `time` is milliseconds since the epoch or null. */
export interface RunAnnouncement {
  run: string;
  attempt: number | null;
  status: RunStatusWord | null;
  time: number | null;
  metadata: RunMetadata;
}

const KNOWN = new Set([...Object.keys(fields), 'time']);
const KNOWN_INSIDE = { schedule: scheduleSchema.shape, parent: parentSchema.shape };

/** Checks one decoded message of `training.runs`; unknown keys are listed in `ignored`, null counts as absent. */
export function decodeRunAnnouncement(input: unknown): Decoded<RunAnnouncement> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return rejected('', `an announcement is an object, not ${shown(input)}`, 'send {"run": …, "params": …}');
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const badName = nameProblem('run', given.run);
  if (badName) return { ok: false, rejection: badName };
  let time: number | null = null;
  if (given.time !== undefined) {
    const decoded = decodeTime(given.time);
    if (!decoded.ok) return decoded;
    time = decoded.value;
  }
  const checked = announcementSchema.safeParse(given);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    const field = issue.path.join('.');
    return rejected(field, `${field || 'the announcement'}: ${issue.message}`, fixFor(String(issue.path[0] ?? '')));
  }
  const badText = textProblem(checked.data);
  if (badText) return rejected(badText, 'the text has control characters or broken Unicode', 'send printable text');
  const { run, attempt, status, ...metadata } = checked.data;
  const contradiction = planProblem(metadata);
  if (contradiction) return { ok: false, rejection: contradiction };
  const ignored = [...Object.keys(given).filter((key) => !KNOWN.has(key)), ...unknownInside(given)];
  return { ok: true, value: { run: run!, attempt: attempt ?? null, status: status ?? null, time, metadata }, ignored };
}

/** Keys of the objects within that nobody knows, such as `schedule.max_lr`. */
const unknownInside = (given: Record<string, unknown>): string[] =>
  Object.entries(KNOWN_INSIDE).flatMap(([field, known]) =>
    Object.keys((given[field] as object | undefined) ?? {})
      .filter((key) => !Object.hasOwn(known, key))
      .map((key) => `${field}.${key}`),
  );

function textProblem(value: object): string | null {
  for (const [key, part] of Object.entries(value)) {
    const texts = Array.isArray(part)
      ? part.filter((item) => typeof item === 'string')
      : typeof part === 'string'
        ? [part]
        : [];
    if (texts.some((item) => nameProblem(key, item) !== null)) return key;
  }
  return null;
}

function fixFor(field: string): string {
  switch (field) {
    case 'schedule':
      return 'send {"kind": "constant|cosine|linear|wsd|custom", "peak": …, "warmup_steps": …, "points": [[step, lr], …]}';
    case 'batch_schedule':
      return 'send [[step, tokens a step], …], the steps rising';
    case 'status':
      return 'send started, finished, failed or stopped';
    case 'watch':
    case 'tags':
      return 'send an array of texts';
    case 'parent':
      return 'send {"run": …, "step": …}';
    default:
      return 'correct the value, or leave the field out';
  }
}
