// What `offcurve plan --json` prints: the plan, the machine it was priced on, and the options of a running run.
import type { Plan } from '../../planning/plan.js';
import type { WhatIf } from '../../planning/what-if.js';

export type PlanAnswer = Plan & { machine: Record<string, unknown> | null; what_if: WhatIf | null };
