// A planned learning rate from a file: the one given for all runs, or the one beside a run.
import { existsSync, readFileSync } from 'node:fs';
import { type Schedule, scheduleSchema } from '../runs/schedule.js';
import { scheduleProblem } from '../runs/schedule-problem.js';
import { UserError } from './user-error.js';

/** @throws UserError where the file cannot be read, is no schedule, or one that contradicts itself. */
export function readSchedule(file: string): Schedule {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`the schedule ${file} cannot be read: ${(error as Error).message}`, 'give a JSON file');
  }
  const checked = scheduleSchema.safeParse(given);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    throw new UserError(
      `the schedule ${file} is not one: ${issue.path.join('.') || 'it'}: ${issue.message}`,
      'write {"kind": "cosine", "peak": 3e-4, "min": 3e-5, "warmup_steps": 2000}',
    );
  }
  const wrong = scheduleProblem(checked.data);
  if (wrong) throw new UserError(`the schedule ${file}: ${wrong.field}: ${wrong.reason}`, wrong.fix);
  return checked.data;
}

/** The schedule in RUN.schedule.json beside a run's file, or null where there is none. */
export function scheduleBeside(file: string): Schedule | null {
  const beside = file.replace(/\.(jsonl|csv)(\.gz|\.zst)?$/, '') + '.schedule.json';
  return file !== '-' && existsSync(beside) ? readSchedule(beside) : null;
}
