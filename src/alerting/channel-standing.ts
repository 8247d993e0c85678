// Whether a channel's messages get through, told from what became of them: for all instances, and after a restart.

/** A channel that messages may be for. */
export interface KnownChannel {
  name: string;
  /** What it is: slack, matrix, … */
  service: string;
}

/** The channels that this service is set up with, for those who report on them. */
export class KnownChannels {
  constructor(readonly all: readonly KnownChannel[]) {}
}

/** How a channel's messages stand. Times in milliseconds since the epoch. */
export interface ChannelStanding {
  channel: string;
  waiting: number;
  lastSentAt: number | null;
  /** What was given up for good since the last message that was sent; null where nothing was. */
  givenUp: {
    count: number;
    /** Of these, how many were put before another channel, and which one the newest was. */
    passedOn: number;
    passedTo: string | null;
    firstAt: number;
    /** The newest one's. */
    error: string;
  } | null;
  /** The oldest message that waits although it was tried; null where none does. */
  tried: { createdAt: number; error: string } | null;
}

export interface ChannelTrouble {
  /** `refuses`: the newest settled message was refused for good. `stuck`: messages are tried, and none gets through. */
  kind: 'refuses' | 'stuck';
  since: number;
  error: string;
}

/** So long a channel may be busy or away before it is told of. */
const PATIENCE_MS = 60_000;

/**
 * Whether readers must know that a channel's messages do not reach them; null where they do, or nobody can tell. One message
 * that gets through ends it.
 */
export function troubleOf({ lastSentAt, givenUp, tried }: ChannelStanding, now: number): ChannelTrouble | null {
  if (givenUp !== null) return { kind: 'refuses', since: givenUp.firstAt, error: givenUp.error };
  if (tried === null) return null;
  // While others were sent, only that message was in trouble.
  const since = Math.max(tried.createdAt, lastSentAt ?? -Infinity);
  return now - since > PATIENCE_MS ? { kind: 'stuck', since, error: tried.error } : null;
}

/** The port that reads how channels stand, in the order of the question. */
export abstract class ChannelStandings {
  abstract read(channels: readonly string[]): Promise<ChannelStanding[]>;
}
