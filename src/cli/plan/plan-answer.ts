// What `offcurve plan --json` prints: the plan, the machine it was priced on, and the options of a running run.
import type { PlanAnswer as Answer } from '../../planning/planner.js';

export type PlanAnswer = Answer & { machine: Record<string, unknown> | null };
