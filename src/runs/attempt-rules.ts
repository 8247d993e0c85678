// Where a record belongs: in order, late, a later part of a known step, a repeat, a conflict, or the start of a new attempt.
import type { KnownPoint, PointRow } from './point-row.js';

/** Values by the run's metric dictionary; null or a hole is an absent value. */
export type Values = readonly (number | null | undefined)[];

/** What the rules remember of a run; plain JSON but for values that are not finite. */
export interface AttemptState {
  /** Newest attempt, 0 before the first record. */
  attempt: number;
  /** Newest step of the newest attempt, -1 before the first record. */
  newestStep: number;
  /** First value of each metric at the newest step. */
  newestValues: (number | null)[];
  /** The late records just behind us, in a row and rising: a third one begins a new attempt. */
  rising: { seq: number; step: number }[];
}

/** How many rising steps in a row behind the newest one make a restart. */
export const RISING_STEPS = 3;

/** The place of one record. `values` are those to be stored: of a later part, only the new ones. */
export type Placement =
  | { kind: 'in-order'; attempt: number; values: (number | null)[]; conflict: false }
  /** `moved`: sequence numbers of late rows that belong to the new attempt. */
  | { kind: 'new-attempt'; attempt: number; values: (number | null)[]; moved: number[]; conflict: false }
  | { kind: 'part'; attempt: number; values: (number | null)[]; conflict: boolean }
  | { kind: 'late'; attempt: number; values: (number | null)[]; conflict: false }
  | { kind: 'repeat' }
  | { kind: 'conflict'; attempt: number };

export interface PlacedRecord {
  step: number;
  /** As the sender counts it, or null where it leaves that to the rules. */
  attempt: number | null;
  values: (number | null)[];
}

export const freshAttemptState = (): AttemptState => ({ attempt: 0, newestStep: -1, newestValues: [], rising: [] });

/** Which stored step the rules must see before they can place the record, or null where their own memory is enough. */
export function lookupFor(
  state: AttemptState,
  record: Pick<PlacedRecord, 'attempt' | 'step'>,
): { attempt: number; step: number } | null {
  const attempt = record.attempt ?? state.attempt;
  if (attempt === 0 || attempt > state.attempt) return null;
  if (attempt === state.attempt && record.step >= state.newestStep) return null;
  return { attempt, step: record.step };
}

/**
 * Places one record. Pure: the state is not changed (see `advance`).
 *
 * @param known what is stored of the step that `lookupFor` named, or null where nothing is.
 */
export function place(state: AttemptState, record: PlacedRecord, known: KnownPoint | null): Placement {
  const { step, values } = record;
  const attempt = record.attempt ?? Math.max(state.attempt, 1);
  const inOrder: Placement = { kind: 'in-order', attempt, values, conflict: false };
  if (state.attempt === 0) return inOrder;
  if (attempt > state.attempt) return { kind: 'new-attempt', attempt, values, moved: [], conflict: false };
  if (attempt === state.attempt && step > state.newestStep) return inOrder;

  const stored = attempt === state.attempt && step === state.newestStep ? state.newestValues : (known?.values ?? null);
  if (stored === null) return placeUnknownStep(state, record, attempt);
  const { fresh, differs } = compare(values, stored);
  // Another value at an earlier step, with no attempt named, is the same training seen twice: it was restarted.
  if (differs && record.attempt === null && step < state.newestStep)
    return {
      kind: 'new-attempt',
      attempt: state.attempt + 1,
      values,
      moved: risingBefore(state, step),
      conflict: false,
    };
  if (fresh !== null) return { kind: 'part', attempt, values: fresh, conflict: differs };
  return differs ? { kind: 'conflict', attempt } : { kind: 'repeat' };
}

function placeUnknownStep(state: AttemptState, record: PlacedRecord, attempt: number): Placement {
  const { step, values } = record;
  const rising = risingBefore(state, step);
  if (record.attempt === null && rising.length + 1 >= RISING_STEPS)
    return { kind: 'new-attempt', attempt: state.attempt + 1, values, moved: rising, conflict: false };
  return { kind: 'late', attempt, values, conflict: false };
}

/** The rows of the rising stretch that `step` continues, or none where it does not rise. */
function risingBefore(state: AttemptState, step: number): number[] {
  const last = state.rising.at(-1);
  return last !== undefined && step > last.step ? state.rising.map((row) => row.seq) : [];
}

function compare(values: Values, stored: Values): { fresh: (number | null)[] | null; differs: boolean } {
  let fresh: (number | null)[] | null = null;
  let differs = false;
  values.forEach((value, metric) => {
    if (value === null || value === undefined) return;
    const before = stored[metric];
    if (before === null || before === undefined) (fresh ??= values.map(() => null))[metric] = value;
    else if (!Object.is(before, value)) differs = true;
  });
  return { fresh, differs };
}

/** How a row was placed that is stored already, and whose attempt has begun. */
export function storedPlacement(state: AttemptState, { late, attempt, step, values }: PointRow): Placement {
  const isPart = attempt === state.attempt && step <= state.newestStep;
  const kind = late ? 'late' : isPart ? 'part' : 'in-order';
  return { kind, attempt, values, conflict: false };
}

/** Takes a placed record into the state; `seq` is the number it was stored under. Call it for repeats and conflicts, too. */
export function advance(state: AttemptState, record: PlacedRecord, placement: Placement, seq: number): void {
  switch (placement.kind) {
    case 'in-order':
    case 'new-attempt':
      state.attempt = placement.attempt;
      state.newestStep = record.step;
      // The record's own, which is never written to: parts that follow go into a copy.
      state.newestValues = placement.values;
      if (state.rising.length > 0) state.rising = [];
      return;
    case 'late': {
      const last = state.rising.at(-1);
      if (last !== undefined && record.step <= last.step) state.rising = [];
      if (record.attempt === null) state.rising.push({ seq, step: record.step });
      else state.rising = [];
      return;
    }
    case 'part':
      if (placement.attempt === state.attempt && record.step === state.newestStep) {
        state.newestValues = state.newestValues.slice();
        placement.values.forEach((value, metric) => {
          if (value !== null) state.newestValues[metric] = value;
        });
      }
      state.rising = [];
      return;
    // These leave no row behind: whoever restores the state from rows must come to the same.
    case 'conflict':
    case 'repeat':
      return;
  }
}
