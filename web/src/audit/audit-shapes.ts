// What the service says of its own past, as far as the page reads it.
export interface AlarmRate {
  count: number;
  run_days: number;
  per_run_day: number | null;
  lower: number | null;
  upper: number | null;
  verdict: 'within' | 'above' | 'undecided';
}

export interface Coverage {
  points: number;
  below: number;
  above: number;
  share: number | null;
}

export interface StagedCoverage extends Coverage {
  stages: (Coverage & { until_share: number })[];
  /** Of runs that do not say how long they are. */
  stage_unknown: Coverage;
}

export interface AuditDay {
  /** UTC. */
  day: string;
  run_days: number;
  alarms: number;
  false_alarms: number;
  coverage: Coverage;
}

export interface Audit {
  from: string;
  to: string;
  budget: { per_run_day: number; fleet_per_day: number | null };
  alarms: AlarmRate;
  false_alarms: AlarmRate;
  kinds: { kind: string; alarms: number; false_alarms: number }[];
  coverage: StagedCoverage & {
    level: number;
    complete: boolean;
    families: (StagedCoverage & { family: string | null })[];
  };
  days: AuditDay[];
}
