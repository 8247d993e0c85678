// Runs in a worker thread: which finished runs of a family lie off the law of its others.
import { offLaw } from '../../core/laws/off-law.js';
import { inMetric, valueOf } from '../../core/laws/metric.js';
import { tableOf } from '../../forecast/laws/family-law.js';
import type { LawTask, OffLawRun } from '../../forecast/laws/law-store.js';
import { type WorkerAnswer, answering } from './worker-answer.js';

/** A run that still trains counts for the law by its forecast, and is not judged by it. */
export default function judge({ rows, metric }: LawTask): WorkerAnswer<OffLawRun[]> {
  const ended = rows.flatMap(({ from }, row) => (from === 'end' ? [row] : []));
  return answering(() =>
    offLaw(tableOf(rows, metric), ended).map(({ row, ...word }) => {
      const { run, params, tokens } = rows[row]!;
      const { loss: value, ...bounds } = inMetric(metric, { ...word.expected, loss: word.expected.value });
      const measured = metric ? valueOf(metric, word.measured) : word.measured;
      return { ...word, measured, expected: { ...bounds, value }, run, params, tokens };
    }),
  );
}
