// The same step in other runs: a hint at a cause that lies in the data or in what the runs share, not in the one run.
import { isOfAStep, isSameCause, isSameStep } from './company.js';
import type { Deviation } from './deviation.js';
import type { DeviationStore } from './deviation-store.js';
import { wholeNumber } from './number-text.js';

/** Named in the sentence; more are counted. */
const NAMED = 3;
/** Looked at for one deviation, the newest first. */
const MOST = 100;

/** Whether it is worth asking: its step may have a cause, its run belongs to others, and it is not told as one of many. */
export function mayHaveCompanions(deviation: Deviation): boolean {
  const { dataOrder, project, eventId, elsewhere } = deviation;
  return isOfAStep(deviation) && (dataOrder ?? project) !== null && eventId === null && elsewhere === null;
}

/**
 * What other runs did at the step at which a deviation began, over or not: of the same data order, else of the same project.
 *
 * @returns a sentence with the runs' names, or null where none left its curve there
 */
export async function elsewhere(deviation: Deviation, store: Pick<DeviationStore, 'near'>): Promise<string | null> {
  if (!mayHaveCompanions(deviation)) return null;
  const isAlike = deviation.dataOrder === null ? isSameStep : isSameCause;
  const others = (await store.near(deviation, MOST)).filter(
    (other) => isOfAStep(other) && !other.falseAlarm && isAlike(other, deviation),
  );
  return sentence(deviation, others);
}

/** @param others newest first; of a run that left its curve there more than once the newest counts */
export function sentence({ run, dataOrder, project }: Deviation, others: readonly Deviation[]): string | null {
  const byRun = new Map<string, Deviation>();
  for (const other of others)
    if (other.run !== null && other.run !== run && !byRun.has(other.run)) byRun.set(other.run, other);
  if (byRun.size === 0) return null;
  const said = [...byRun].slice(0, NAMED).map(([name, other]) => {
    const kind = other.kind === 'pending' ? 'kind not yet clear' : other.kind;
    return `${name} at step ${wholeNumber(other.startedAtStep)} (${kind})`;
  });
  const more = byRun.size > NAMED ? ` and ${byRun.size - NAMED} more` : '';
  const shared = dataOrder === null ? `of the project ${project}` : `that read the same batches (${dataOrder})`;
  return `the same step in other runs ${shared}: ${said.join(', ')}${more} left their curves there, too`;
}
