// What a job sends for one step, and the check that turns decoded JSON into it.
import { nonFiniteFromWord } from './nonfinite.js';
import { decodeTime } from './record-time.js';
import { type Decoded, type Rejection, rejected, shown } from './rejection.js';

/** What a job sends for one step. Values may be NaN or infinite; an absent value has no key. */
export interface MetricRecord {
  run: string;
  step: number;
  /** Milliseconds since the epoch, or null where the sender gave none. */
  time: number | null;
  /** The attempt as the sender counts it, from 1, or null where it leaves that to the rules. */
  attempt: number | null;
  metrics: Record<string, number>;
}

export const LONGEST_NAME = 256;
export const MOST_METRICS = 512;

const KNOWN_KEYS = new Set(['run', 'step', 'time', 'attempt', 'metrics', 'nonfinite']);

/**
 * Checks one decoded record of `training.metrics`: `run`, `step` and `metrics` are required, unknown keys are listed in
 * `ignored`. The values of `metrics` are numbers, words for numbers that are not finite, or null (see `nonfinite` in the
 * contract).
 */
export function decodeMetricRecord(input: unknown): Decoded<MetricRecord> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return rejected('', `a record is an object, not ${shown(input)}`, 'send {"run": …, "step": …, "metrics": {…}}');
  const raw = input as Record<string, unknown>;
  if (typeof raw.run !== 'string' || !isGoodName(raw.run))
    return { ok: false, rejection: nameProblem('run', raw.run)! };
  const metrics = raw.metrics;
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
    return rejected(
      'metrics',
      metrics === undefined ? 'metrics is missing' : `metrics is ${shown(metrics)}`,
      'send an object such as {"loss": 2.9}',
    );
  return decodeParts(raw.run, raw, metrics as Record<string, unknown>, raw.nonfinite, KNOWN_KEYS);
}

const NOTHING: readonly string[] = [];
const RESERVED = new Set(['run', 'step', 'time', 'attempt', 'nonfinite']);

/** Checks one flat line of a run file: `step`, `time`, `attempt`, `run`, `nonfinite` are reserved, every other number is a metric. */
export function decodeFlatRecord(run: string, raw: Record<string, unknown>): Decoded<MetricRecord> {
  const metrics: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const key in raw) {
    if (RESERVED.has(key)) continue;
    const value = raw[key];
    if (
      typeof value === 'number' ||
      value === null ||
      (typeof value === 'string' && nonFiniteFromWord(value) !== undefined)
    )
      metrics[key] = value;
    else ignored.push(key);
  }
  const decoded = decodeParts(run, raw, metrics, raw.nonfinite, null);
  return decoded.ok ? { ...decoded, ignored } : decoded;
}

function decodeParts(
  run: string,
  raw: Record<string, unknown>,
  values: Record<string, unknown>,
  nonfinite: unknown,
  known: ReadonlySet<string> | null,
): Decoded<MetricRecord> {
  const { step, attempt } = raw;
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0)
    return rejected(
      'step',
      step === undefined ? 'step is missing' : `step is ${shown(step)}`,
      'send a whole number from 0',
    );
  let at: number | null = null;
  if (attempt !== undefined && attempt !== null) {
    if (typeof attempt !== 'number' || !Number.isSafeInteger(attempt) || attempt < 1 || attempt > 1e6)
      return rejected('attempt', `attempt is ${shown(attempt)}`, 'count attempts from 1, or leave it out');
    at = attempt;
  }
  let time: number | null = null;
  if (raw.time !== undefined && raw.time !== null) {
    const decoded = decodeTime(raw.time);
    if (!decoded.ok) return decoded;
    time = decoded.value;
  }
  let metrics: Record<string, number>;
  if ((nonfinite === undefined || nonfinite === null) && isPlain(values)) metrics = values;
  else {
    metrics = {};
    const problem = readValues(values, nonfinite, metrics);
    if (problem) return { ok: false, rejection: problem };
  }
  let ignored = NOTHING;
  if (known) for (const key in raw) if (!known.has(key)) ignored = [...ignored, key];
  return { ok: true, value: { run, step, time, attempt: at, metrics }, ignored };
}

/** Whether the values can be taken as they are: numbers under names seen before, as nearly all records have. */
function isPlain(values: Record<string, unknown>): values is Record<string, number> {
  let count = 0;
  for (const name in values)
    if (typeof values[name] !== 'number' || !goodNames.has(name) || ++count > MOST_METRICS) return false;
  return true;
}

function readValues(
  values: Record<string, unknown>,
  nonfinite: unknown,
  into: Record<string, number>,
): Rejection | null {
  let nulls: string[] | null = null;
  let count = 0;
  for (const name in values) {
    const value = values[name];
    if (++count > MOST_METRICS)
      return {
        field: 'metrics',
        reason: `more than ${MOST_METRICS} metrics in one record`,
        fix: 'send fewer, or split them over several records of the step',
      };
    if (typeof value === 'number') into[name] = value;
    else if (value === null) (nulls ??= []).push(name);
    else {
      const word = typeof value === 'string' ? nonFiniteFromWord(value) : undefined;
      if (word === undefined)
        return {
          field: `metrics.${name}`,
          reason: `${shown(value)} is not a number`,
          fix: 'send a number, "NaN", "Infinity", "-Infinity" or null',
        };
      into[name] = word;
    }
    if (!isGoodName(name)) return nameProblem('metrics', name);
  }
  if (nonfinite === undefined || nonfinite === null) return null;
  return readNonFinite(nonfinite, nulls ?? [], into);
}

function readNonFinite(nonfinite: unknown, nulls: string[], into: Record<string, number>): Rejection | null {
  const fix = 'send "nan", "inf" or "-inf", or an object such as {"loss": "nan"}';
  if (typeof nonfinite === 'string') {
    const value = nonFiniteFromWord(nonfinite);
    if (value === undefined) return { field: 'nonfinite', reason: `${shown(nonfinite)} is no such word`, fix };
    const name = nulls.includes('loss') ? 'loss' : nulls.length === 1 ? nulls[0]! : null;
    if (name === null)
      return {
        field: 'nonfinite',
        reason: 'it is not clear which value it speaks of',
        fix: 'name it: {"loss": "nan"}',
      };
    into[name] = value;
    return null;
  }
  if (typeof nonfinite !== 'object' || Array.isArray(nonfinite))
    return { field: 'nonfinite', reason: `it is ${shown(nonfinite)}`, fix };
  for (const [name, word] of Object.entries(nonfinite as Record<string, unknown>)) {
    const value = typeof word === 'string' ? nonFiniteFromWord(word) : undefined;
    if (value === undefined) return { field: `nonfinite.${name}`, reason: `${shown(word)} is no such word`, fix };
    if (Object.hasOwn(into, name))
      return {
        field: `nonfinite.${name}`,
        reason: `${name} has the value ${into[name]} as well`,
        fix: 'send null or leave the metric out',
      };
    if (!isGoodName(name)) return nameProblem('nonfinite', name);
    into[name] = value;
  }
  return null;
}

const goodNames = new Set<string>();

/** Names recur in every record: the check is remembered, within bounds. */
function isGoodName(name: string): boolean {
  if (goodNames.has(name)) return true;
  if (nameProblem('', name)) return false;
  // An object has a prototype by this name: it is never taken as it is.
  if (goodNames.size < 10_000 && name !== '__proto__') goodNames.add(name);
  return true;
}

/** Why `name` cannot be the name of a run or a metric, or null where it can. */
export function nameProblem(field: string, name: unknown): Rejection | null {
  if (typeof name !== 'string' || name === '')
    return {
      field,
      reason: name === undefined ? `${field} is missing` : `${shown(name)} is not a name`,
      fix: 'send a text that is not empty',
    };
  if (name.length > LONGEST_NAME)
    return { field, reason: `a name of ${name.length} characters`, fix: `keep it to ${LONGEST_NAME}` };
  // Postgres holds no NUL; half a surrogate pair would be stored as another text than was sent.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed())
    return { field, reason: 'the name has control characters or broken Unicode', fix: 'send printable text' };
  // Every object of JavaScript answers to it with something of its own.
  // Addresses take . and .. for the folder and the one above: nobody could open such a run.
  if (name === '__proto__' || name === '.' || name === '..')
    return { field, reason: `the name ${name} cannot be taken`, fix: 'send another name' };
  return null;
}
