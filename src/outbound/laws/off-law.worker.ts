// Runs in a worker thread: which finished runs of a family lie off the law of its others.
import { offLaw } from '../../core/laws/off-law.js';
import { type LawRow, tableOf } from '../../forecast/laws/family-law.js';
import type { OffLawRun } from '../../forecast/laws/law-store.js';
import { type WorkerAnswer, answering } from './worker-answer.js';

/** A run that still trains counts for the law by its forecast, and is not judged by it. */
export default function judge(rows: LawRow[]): WorkerAnswer<OffLawRun[]> {
  const ended = rows.flatMap(({ from }, row) => (from === 'end' ? [row] : []));
  return answering(() =>
    offLaw(tableOf(rows), ended).map(({ row, ...word }) => {
      const { run, params, tokens } = rows[row]!;
      return { ...word, run, params, tokens };
    }),
  );
}
