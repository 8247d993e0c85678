// Why a piece of input was refused: the field, the reason, the fix.

/** One refused piece of input, in words its sender can act on. `field` is a path such as `metrics.loss`, or '' for the whole. */
export interface Rejection {
  field: string;
  reason: string;
  fix: string;
}

/** What decoding one piece of input gave: the value, or why there is none. */
export type Decoded<T> = { ok: true; value: T; ignored: readonly string[] } | { ok: false; rejection: Rejection };

export const problem = (field: string, reason: string, fix: string): Rejection => ({ field, reason, fix });

export const rejected = (field: string, reason: string, fix: string): { ok: false; rejection: Rejection } => ({
  ok: false,
  rejection: problem(field, reason, fix),
});

/** A short, safe picture of a value for error messages. */
export function shown(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? jsonOf(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function jsonOf(value: object | null): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
}
