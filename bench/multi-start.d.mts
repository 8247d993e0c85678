import type { RunTable } from '../src/core/laws/run-table.js';
export type Objective = (at: ArrayLike<number>, gradient: Float64Array) => number;
export function lbfgs(objective: Objective, start: ArrayLike<number>): { x: Float64Array; value: number };
export function objectiveOf(table: RunTable, delta: number): Objective;
export function startsOf(): Float64Array[];
export function fewStarts(count: number): Float64Array[];
