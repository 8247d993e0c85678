// How many false alarms a user accepts, as written in the settings.

/** Accepted false alarms: for one run and, where set, for the whole fleet. */
export interface Budget {
  perRunDay: number;
  fleetPerDay: number | null;
}

const FORM =
  /^\s*(\d+(?:\.\d+)?)\s+per\s+(?:(\d+(?:\.\d+)?)\s+)?(run-days?|days?|weeks?|run-weeks?|hours?|run-hours?)\s*$/i;
const DAYS: Record<string, number> = { day: 1, week: 7, hour: 1 / 24 };

/** "1 per 30 run-days", "2 per week", "1 per day" as a number a day; null where the text is no such budget. */
export function alarmsPerDay(text: string): number | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const unit = match[3]!.toLowerCase().replace('run-', '').replace(/s$/, '');
  const days = Number(match[2] ?? 1) * DAYS[unit]!;
  const rate = Number(match[1]) / days;
  return days > 0 && rate > 0 ? rate : null;
}
