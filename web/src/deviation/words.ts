// What the kinds of deviations mean, for those who meet one for the first time.
import type { Deviation, Run, RunStatus } from '../api/shapes.js';

export const KIND_WORDS: Readonly<Record<string, string>> = {
  pending: 'It is off its forecast; what kind of deviation it is, the evidence does not tell yet.',
  spike: 'It jumped away from its curve and came back, or is about to.',
  shift: 'From one step on it lies off its curve by about the same amount.',
  drift: 'It moves away from its curve, slowly and steadily.',
  divergence: 'It runs away from its curve, faster and faster.',
  plateau: 'It stopped falling where its curve falls on.',
  'non-finite': 'It was logged as not a number, or as infinite.',
  noisier: 'It scatters more than it used to around its curve.',
  'better-than-predicted': 'It is below its curve. Good news, or a metric that no longer measures what it did.',
  silent: 'The run stopped sending without saying that it ended.',
  slow: 'It processes fewer tokens a second than it used to.',
  'data-event': 'Several runs left their curves at the same step: look at the data they share.',
  'off-law': 'The finished run does not lie on the scaling law of its family.',
};

/** What is off, in two or three words. */
export const findingText = ({ kind, metric }: { kind: string; metric: string }): string =>
  kind === 'silent' || kind === 'slow' || kind === 'data-event' ? kind : `${kindText(kind)}: ${metric}`;

export const kindText = (kind: string): string => (kind === 'pending' ? 'off its curve' : kind);

export const OUTLOOK_WORDS = {
  recovers: 'It is on its way back.',
  persists: 'It stays where it is.',
  grows: 'It is getting worse.',
} as const;

const ENDED: readonly RunStatus[] = ['finished', 'failed', 'stopped'];

/** How it ended, for one that is over. @param run null where it is not known yet, or there is none */
export function endText(deviation: Deviation, run: Run | null): string {
  const { outlook, resolved_by: by, false_alarm: wrong, attempt, step } = deviation;
  if (by !== null) return wrong ? `Called a false alarm by ${by}.` : `Resolved by ${by}.`;
  if (outlook === null) return '';
  if (outlook === 'recovers') return 'It came back to its curve.';
  if (run === null) return 'It did not come back to its curve.';
  if (attempt < run.attempt) return 'It did not come back to its curve: the run went back to a checkpoint.';
  if (ENDED.includes(run.status) && step >= run.newest_step)
    return 'The run ended with it: it did not come back to its curve.';
  return 'It did not come back to its curve: its new level became the usual one.';
}

/** Steps of a story whose names say too little to those who did not take them. */
export const STEP_WORDS: Readonly<Record<string, string>> = {
  alone: 'no other run left its curve with it',
  joined: 'joined with other runs that left their curves at the same step',
  released: 'what had been held back could be sent',
  escalated: 'nobody had acknowledged it',
  'snooze-ended': 'snooze over',
  'silence-ended': 'silence over',
};
