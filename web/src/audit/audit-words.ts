// The audit's verdicts in words.
import type { Audit } from './audit-shapes.js';

/** Alarms a run-day: small numbers, two digits. */
export function rateText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}

/** A budget as it is written in the settings, where it is round: 1 per 30 run-days. */
export const budgetText = (perRunDay: number): string =>
  perRunDay < 1 ? `1 per ${Number((1 / perRunDay).toPrecision(3))} run-days` : `${rateText(perRunDay)} a run-day`;

export function budgetVerdict({ alarms, false_alarms: wrong }: Audit): { tone: string; text: string } {
  if (alarms.run_days === 0) return { tone: '', text: 'No run was judged in this time.' };
  if (alarms.verdict === 'within') return { tone: 'better', text: 'Kept: even if every alarm was false.' };
  if (wrong.verdict === 'above') return { tone: 'worse', text: 'Exceeded by those that were called false alone.' };
  if (wrong.verdict === 'within') return { tone: 'better', text: 'Kept, if the other alarms were right.' };
  return { tone: 'notice', text: 'Too little time to say whether it is kept.' };
}
