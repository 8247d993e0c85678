// The port of the audit: how long runs were judged, what was said of them, and the points beside the band predicted for them.

/** Milliseconds since the epoch; `to` is left out. `project` and `family` null: all. */
export interface AuditRange {
  from: number;
  to: number;
  project: string | null;
  family: string | null;
}

/** What is known of the run whose values they are. */
export interface Audited {
  family: string | null;
  /** Step at which its training ends: as planned, else where it has finished; null where nothing says. */
  end: number | null;
}

/** One metric's closed rows of one attempt. Its points never change. */
export interface Stretch extends Audited {
  runRef: number;
  metric: number;
  name: string;
  attempt: number;
  seqFrom: number;
}

export interface AuditedPoint {
  step: number;
  /** Milliseconds since the epoch. */
  time: number;
  value: number;
}

export interface Knot {
  step: number;
  expected: number;
  lower: number;
  upper: number;
}

/** Points in order of steps, and the knots of the band that spans them, in order. */
export interface ReadStretch {
  points: AuditedPoint[];
  knots: Knot[];
}

export abstract class AuditStore {
  /** Families of the runs in the range, by name; null for runs of none. */
  abstract families(range: AuditRange): Promise<(string | null)[]>;
  /** Days of the epoch with the time that runs logged a judged metric in them, in days. */
  abstract runDays(range: AuditRange): Promise<{ day: number; runDays: number }[]>;
  /** Deviations of the detector's own by the day of the record that opened them. */
  abstract alarms(range: AuditRange): Promise<{ day: number; kind: string; alarms: number; falseAlarms: number }[]>;
  /**
   * Closed stretches of judged metrics, newest first; those in which something was off its curve, and nobody called it a
   * false alarm, are left out.
   */
  abstract stretches(range: AuditRange, most: number): Promise<Stretch[]>;
  /** In the order asked for; null where one is gone. */
  abstract read(stretches: readonly Stretch[]): Promise<(ReadStretch | null)[]>;
  /** Rows that are not closed yet, of each run and judged metric. */
  abstract open(range: AuditRange): Promise<(ReadStretch & Audited)[]>;
}
