// Runs in a worker thread: from the rows of a family to its law.
import { fitLaw } from '../../core/laws/fit-law.js';
import type { LawDocument } from '../../core/laws/law-document.js';
import { tableOf } from '../../forecast/laws/family-law.js';
import type { LawTask } from '../../forecast/laws/law-store.js';
import { type WorkerAnswer, answering } from './worker-answer.js';

const BOOTSTRAPS = 200;
const SEED = 1;
const LEVEL = 0.9;
/** Corner of Huber's loss, as `offcurve fit` has it. */
const DELTA = 1e-3;

export default function fit({ rows, metric }: LawTask): WorkerAnswer<LawDocument> {
  const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
  const options = { law: 'auto', bootstrap: BOOTSTRAPS, seed: SEED, delta: DELTA, level: LEVEL, columns, metric };
  return answering(() => fitLaw(tableOf(rows, metric), options));
}
