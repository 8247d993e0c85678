// The rhythm of a run: how far apart its records usually come, so that silence can be told from a pause.
import type { Pace } from '../runs/run-header.js';

/** Weight of a new interval in the usual one. */
const MEMORY = 0.02;
/** An interval counts for at most this many usual ones, so that one pause does not become the rule. */
const CLIP = 10;
const LONGEST_FADES = 0.9999;

/** The pace after a record at `time`, the one before at `before` (milliseconds); times that go back change nothing. */
export function nextPace(pace: Pace, before: number | null, time: number): Pace {
  const interval = before === null ? 0 : time - before;
  if (interval <= 0) return pace;
  if (pace.usualMs === 0) return { usualMs: interval, longestMs: interval };
  const clipped = Math.min(interval, CLIP * pace.usualMs);
  return {
    usualMs: pace.usualMs + MEMORY * (clipped - pace.usualMs),
    longestMs: Math.max(pace.longestMs * LONGEST_FADES, interval),
  };
}

/** Never silent sooner than this. */
const SHORTEST_SILENCE_MS = 60_000;
const USUAL_TIMES = 20;
/** Validation and checkpoints pause a run: the longest healthy gap, and half as much again, is no silence. */
const LONGEST_TIMES = 1.5;

/** How long, in milliseconds, a run may keep quiet before it counts as silent. */
export function silenceAfter(pace: Pace): number {
  return Math.max(SHORTEST_SILENCE_MS, USUAL_TIMES * pace.usualMs, LONGEST_TIMES * pace.longestMs);
}
