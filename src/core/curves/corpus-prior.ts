// The prior of a run of which nothing is known but its own records: the settings of the law, and the kinds of runs seen before.
import { ANY_RUN, type CurvePrior, RELAX_SETTINGS } from './relax-prior.js';
import { RUN_KINDS } from './run-kinds.js';

export const CORPUS_PRIOR: CurvePrior = { ...RELAX_SETTINGS, kinds: [ANY_RUN, ...RUN_KINDS] };
