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

/** When the quiet hours that hold at `now` (ms) end, or null where none hold. By the clocks there, also where these are changed. */
export function quietUntil(hours: QuietHours, now: number): number | null {
  if (!isQuiet(hours, now)) return null;
  const { to, timeZone } = hours;
  const left = (to - minuteOfDay(now, timeZone) + DAY_MINUTES) % DAY_MINUTES;
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
  // Where the clocks are changed on the way, it is another time there by then.
  const late = ((minuteOfDay(end, timeZone) - to + 1.5 * DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
  const changed = end - late * MINUTE_MS;
  // A time that the change leaves out never comes: there it stays with what follows.
  return changed <= now || isQuiet(hours, changed) ? end : changed;
}

function isQuiet({ from, to, timeZone }: QuietHours, at: number): boolean {
  const minute = minuteOfDay(at, timeZone);
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
