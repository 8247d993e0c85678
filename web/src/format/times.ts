// Times in the reader's zone, and spans such as "3 min ago".
const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** A span in its largest unit, one decimal place where that says more: 1.5 h, 40 s. */
export function spanText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  for (const [name, size] of UNITS) {
    if (ms < size && name !== 's') continue;
    const value = ms / size;
    return `${value < 10 && name !== 's' ? Number(value.toFixed(1)) : Math.floor(value)}\u202f${name}`;
  }
  return '0\u202fs';
}

/** How long ago; what came since the page's clock last ticked came just now. */
export const agoText = (at: number, now: number): string => `${spanText(Math.max(0, now - at))} ago`;

const FULL = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** Date and time with the zone's name; `time` in RFC 3339 or milliseconds. */
export function timeText(time: string | number | null | undefined): string {
  if (time === null || time === undefined) return '–';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '–' : FULL.format(date);
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Since when something holds: hour and minute, with the day where that is not the day of `now`. */
export function sinceText(time: string | number | null, now: number): string {
  const at = millis(time);
  if (at === null) return '–';
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? CLOCK.format(at) : `${DAY.format(at)}, ${CLOCK.format(at)}`;
}

/** Milliseconds of a time as the service sends it; null where there is none. */
export function millis(time: string | number | null | undefined): number | null {
  if (time === null || time === undefined) return null;
  const value = typeof time === 'number' ? time : Date.parse(time);
  return Number.isNaN(value) ? null : value;
}
