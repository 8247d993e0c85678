// A maintenance silence: nothing new is said of what it matches until it ends.
import type { DeviationKind } from '../core/detection/deviation-kinds.js';
import type { Deviation } from './deviation.js';

export interface Silence {
  id: string;
  /** Absent conditions match everything. */
  match: SilenceMatch;
  /** Milliseconds since the epoch; it holds from `startsAt` until just before `endsAt`. */
  startsAt: number;
  endsAt: number;
  comment: string;
  createdBy: string;
  createdAt: number;
}

export interface SilenceMatch {
  project?: string;
  family?: string;
  tag?: string;
  run?: string;
  kinds?: DeviationKind[];
}

/** The silence that holds longest of those that match a deviation now, or null. */
export function silenceFor(deviation: Deviation, silences: readonly Silence[], now: number): Silence | null {
  let longest: Silence | null = null;
  for (const silence of silences) {
    if (now < silence.startsAt || now >= silence.endsAt || !matches(deviation, silence.match)) continue;
    if (longest === null || silence.endsAt > longest.endsAt) longest = silence;
  }
  return longest;
}

/** A data event is silenced only where every run in it is. */
function matches(deviation: Deviation, { project, family, tag, run, kinds }: SilenceMatch): boolean {
  return (
    (project === undefined || project === deviation.project) &&
    (family === undefined || family === deviation.family) &&
    (tag === undefined || deviation.tags.includes(tag)) &&
    (run === undefined || deviation.runs.every((one) => one === run)) &&
    (kinds === undefined || kinds.includes(deviation.kind))
  );
}

/** Why nothing is sent, as it can be read afterwards. */
export const silenceReason = ({ createdBy, comment, endsAt }: Silence): string =>
  `silenced by ${createdBy} until ${new Date(endsAt).toISOString()}${comment ? `: ${comment}` : ''}`;
