// Runs that read the same batches leave their curves together: a deviation of one waits a moment for the others.
import type { Deviation } from './deviation.js';

/** Long enough for runs in step with each other, short enough for whoever is woken by a run that is alone. */
export const COMPANY_MS = 3_000;
/** Runs that join a data event later are told of together. */
export const JOIN_MS = 30_000;
/** Onsets so many steps apart are one place; detection that took longer is that much less sure of the place. */
export const NEAR_STEPS = 20;

/** Until when a change is not sent, and why; null where it waits for nobody. */
export function waitsForCompany(
  { type, deviation }: { type: string; deviation: Deviation },
  now: number,
): { companyUntil: number; reason: string } | null {
  const { companyUntil, told } = deviation;
  if (deviation.kind === 'data-event') {
    if (type !== 'joined') return null;
    return { companyUntil: companyUntil ?? now + JOIN_MS, reason: 'more runs joined: told of together' };
  }
  if (!hasCompany(deviation) || told.length > 0) return null;
  const reason = 'waits for other runs that read the same batches';
  if (type === 'opened' && companyUntil === null) return { companyUntil: now + COMPANY_MS, reason };
  return companyUntil !== null && type !== 'alone' ? { companyUntil, reason } : null;
}

/** Told by the clock, of several runs, or of a run as a whole: their step says nothing of a cause. */
const NOT_OF_A_STEP: ReadonlySet<Deviation['kind']> = new Set(['data-event', 'silent', 'slow', 'off-law']);

/** Whether the step at which it began may have its cause. */
export const isOfAStep = ({ kind }: Deviation): boolean => !NOT_OF_A_STEP.has(kind);

/** Whether a deviation can be part of a data event at all: one of a metric, in a run that says how its data are ordered. */
export const hasCompany = (deviation: Deviation): boolean => deviation.dataOrder !== null && isOfAStep(deviation);

/** Whether two deviations of one metric, to the same side, began at about the same step: so far nothing else is known. */
export const isSameStep = (a: Deviation, b: Deviation): boolean =>
  a.metric === b.metric && a.side === b.side && Math.abs(a.startedAtStep - b.startedAtStep) <= NEAR_STEPS;

/** Whether two deviations are of one cause: of one metric, to the same side, at about the same step of the same data. */
export function isSameCause(a: Deviation, b: Deviation): boolean {
  // Validation is not what the batch of a step did.
  if (a.metric !== b.metric) return false;
  if (a.dataOrder === null || a.dataOrder !== b.dataOrder || a.side !== b.side) return false;
  // A value that is no number has its step exactly; a loss that steps up elsewhere is another matter.
  const apart = (a.kind === 'non-finite') !== (b.kind === 'non-finite');
  const unsure = ({ startedAtStep, openedAtStep }: Deviation): number => (apart ? 0 : openedAtStep - startedAtStep);
  return Math.abs(a.startedAtStep - b.startedAtStep) <= Math.max(NEAR_STEPS, unsure(a), unsure(b));
}
