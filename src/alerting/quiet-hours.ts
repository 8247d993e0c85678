// Hours in which a route wakes nobody, as people write them: "22:00-07:00 Europe/Berlin".
import { DAY_MINUTES, isTimeZone, minuteOfDay } from './time-of-day.js';

/** Minutes of the day in a time zone; `from` after `to` goes over midnight. */
export interface QuietHours {
  from: number;
  to: number;
  timeZone: string;
}

const FORM = /^\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)(?:\s+(\S+))?\s*$/;
const MINUTE_MS = 60_000;

/** Null where the text is no such hours, or the time zone is not known. Without a time zone: UTC. */
export function quietHoursOf(text: string): QuietHours | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [, fromHour, fromMinute, toHour, toMinute, timeZone = 'UTC'] = match;
  if (!isTimeZone(timeZone)) return null;
  const from = 60 * Number(fromHour) + Number(fromMinute);
  const to = 60 * Number(toHour) + Number(toMinute);
  return from === to ? null : { from, to, timeZone };
}

/** When the quiet hours that hold at `now` (ms) end, or null where none hold. */
export function quietUntil({ from, to, timeZone }: QuietHours, now: number): number | null {
  const minute = minuteOfDay(now, timeZone);
  const inside = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!inside) return null;
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES;
  return Math.floor(now / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
}
