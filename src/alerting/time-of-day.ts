// A time of day in a time zone, as people write it: "09:00 Europe/Berlin".

export interface TimeOfDay {
  /** Minutes since midnight. */
  minute: number;
  timeZone: string;
}

const FORM = /^\s*([01]?\d|2[0-3]):([0-5]\d)(?:\s+(\S+))?\s*$/;
const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1_440;

/** Null where the text is no such time, or the time zone is not known. Without a time zone: UTC. */
export function timeOfDay(text: string): TimeOfDay | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [, hour, minute, timeZone = 'UTC'] = match;
  return isTimeZone(timeZone) ? { minute: 60 * Number(hour) + Number(minute), timeZone } : null;
}

export function isTimeZone(name: string): boolean {
  try {
    minuteOfDay(0, name);
    return true;
  } catch {
    return false;
  }
}

/** When it was this time of day last, at or before `now` (ms). On a day that a clock is changed it may be an hour off. */
export function lastAt({ minute, timeZone }: TimeOfDay, now: number): number {
  const ago = (minuteOfDay(now, timeZone) - minute + DAY_MINUTES) % DAY_MINUTES;
  return (Math.floor(now / MINUTE_MS) - ago) * MINUTE_MS;
}

/** @throws RangeError for a time zone that is not known */
export function minuteOfDay(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(at)
    .reduce<Record<string, number>>((all, { type, value }) => ({ ...all, [type]: Number(value) }), {});
  return 60 * parts.hour! + parts.minute!;
}
