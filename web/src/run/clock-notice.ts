// Whether a run's clock and the service's agree: what seems old on arrival is history, and nothing is sent of it.
import type { Run } from '../api/shapes.js';
import { millis, spanText } from '../format/times.js';

/** The service's own bound between news and history. */
const HISTORY_MS = 3_600_000;
/** Clocks that are kept right at all differ by less. */
const AHEAD_MS = 300_000;

/** What is amiss with the times of a run that goes on, or null. */
export function clockNotice({ status, last_time, last_arrival }: Run): string | null {
  const time = millis(last_time);
  const arrival = millis(last_arrival);
  if (time === null || arrival === null || (status !== 'running' && status !== 'silent')) return null;
  const age = arrival - time;
  if (age > HISTORY_MS) return `records ${spanText(age)} old on arrival: shown, nothing is sent`;
  return age < -AHEAD_MS ? `its clock is ${spanText(-age)} ahead` : null;
}
