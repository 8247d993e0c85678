// The port for letting go of single points whose time is over; what is drawn of them stays.

export interface ExpiredPoints {
  points: number;
  bytes: number;
}

export abstract class PointRetention {
  /**
   * Deletes closed points older than `before` (milliseconds since the epoch) by their own time, of runs that were first
   * heard of before then: a backfill of old runs is kept as long as any. Buckets, bands, deviations and laws stay, and a
   * run's newest points that are not closed yet.
   */
  abstract expire(before: number): Promise<ExpiredPoints>;
}
