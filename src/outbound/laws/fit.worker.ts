// Runs in a worker thread: from the rows of a family to its law.
import { fitLaw } from '../../core/laws/fit-law.js';
import type { LawDocument } from '../../core/laws/law-document.js';
import { LawError } from '../../core/laws/law-error.js';
import { type LawRow, tableOf } from '../../forecast/laws/family-law.js';

const BOOTSTRAPS = 200;
const SEED = 1;
const LEVEL = 0.9;
/** Corner of Huber's loss, as `offcurve fit` has it. */
const DELTA = 1e-3;

/** Errors lose their class between threads: what a table cannot carry is an answer. */
export type WorkerAnswer = { document: LawDocument } | { refused: { message: string; fix: string } };

export default function fit(rows: LawRow[]): WorkerAnswer {
  const columns = { params: 'params', tokens: 'tokens', compute: null, loss: 'loss' };
  try {
    const options = { law: 'auto', bootstrap: BOOTSTRAPS, seed: SEED, delta: DELTA, level: LEVEL, columns };
    return { document: fitLaw(tableOf(rows), options) };
  } catch (error) {
    if (error instanceof LawError) return { refused: { message: error.message, fix: error.fix } };
    throw error;
  }
}
