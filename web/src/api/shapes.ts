// What the service's JSON looks like, as far as the page reads it: snake_case, times in RFC 3339 or milliseconds.

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Estimate {
  value: number;
  lower: number;
  upper: number;
}

/** How a judged metric stands at its newest point. */
export interface Standing {
  step: number;
  observed: number | null;
  observed_nonfinite?: string;
  expected: number | null;
  lower: number | null;
  upper: number | null;
  /** Predictive deviations off the forecast, with its sign. */
  sigma: number | null;
  state: 'warming-up' | 'judged' | 'abstaining';
  reason: string | null;
}

export type RunStatus = 'announced' | 'running' | 'silent' | 'finished' | 'failed' | 'stopped';
export type Time = string | number | null;

/** What a run's announcements said of it. */
export interface RunMetadata {
  params?: number;
  params_non_embedding?: number;
  planned_tokens?: number;
  planned_steps?: number;
  tokens_per_step?: number;
  schedule?: { kind: string; peak?: number; min?: number; warmup_steps?: number; decay_steps?: number };
  data_order?: string;
  gpus?: number;
  gpu?: string;
  parent?: { run: string; step: number };
  target_loss?: number;
}

export interface Run {
  id: string;
  status: RunStatus;
  name: string | null;
  project: string | null;
  family: string | null;
  tags: string[];
  metadata: RunMetadata;
  metrics: string[];
  attempt: number;
  newest_step: number;
  records: number;
  first_time: Time;
  last_time: Time;
  last_arrival: Time;
  seconds_per_record: number | null;
  counters: { repeats: number; conflicts: number; late: number; ignored_keys: Record<string, number> };
  standings: Record<string, Standing>;
  open_deviations: number;
}

/** A stretch of a metric: extremes and mean of its finite values; a single point is a bucket of one. */
export interface Bucket {
  attempt: number;
  step_from: number;
  step_to: number;
  time_from: Time;
  time_to: Time;
  count: number;
  nonfinite: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

/** Expected single values and their 90 % band. */
export interface BandKnot {
  attempt: number;
  step: number;
  expected: number;
  lower: number;
  upper: number;
}

export type DeviationStatus = 'open' | 'acknowledged' | 'snoozed' | 'resolved';

export interface Deviation {
  id: string;
  version: number;
  run: string | null;
  runs: string[];
  project: string | null;
  family: string | null;
  tags: string[];
  attempt: number;
  metric: string;
  kind: string;
  side: 'worse' | 'better' | 'both';
  status: DeviationStatus;
  opened_at: Time;
  resolved_at: Time;
  started_at_step: number;
  opened_at_step: number;
  step: number;
  expected: number | null;
  expected_lower: number | null;
  expected_upper: number | null;
  observed: number | null;
  observed_nonfinite: string | null;
  sigma: number | null;
  price: Record<'compute_share' | 'tokens' | 'gpu_hours' | 'usd', Estimate | null>;
  headline: string;
  evidence: string[];
  advice: string | null;
  outlook: 'recovers' | 'persists' | 'grows' | null;
  acknowledged_by: string | null;
  snoozed_until: Time;
  resolved_by: string | null;
  history: boolean;
  false_alarm: boolean;
}

/** One version of a deviation. */
export interface StoryStep {
  version: number;
  type: string;
  at: Time;
  /** Who did it; null where the watch itself did. */
  actor: string | null;
  deviation: Deviation;
}

/** Nothing new is sent of what it matches until it ends. */
export interface Silence {
  id: string;
  match: { project?: string; family?: string; tag?: string; run?: string; kinds?: string[] };
  comment: string;
  status: 'pending' | 'active' | 'ended';
  starts_at: Time;
  ends_at: Time;
  created_by: string;
  created_at: Time;
}

/** One message about a deviation, and how it fared. */
export interface Notification {
  id: string;
  channel: string;
  type: string;
  state: string;
  tries: number;
  created_at: Time;
  sent_at: Time;
  last_error: string | null;
}

/** A channel of alerts, and whether what is sent to it gets through. */
export interface Channel {
  channel: string;
  service: string;
  waiting: number;
  last_sent_at: Time;
  trouble: {
    /** Refused for good, or tried again and again in vain. */
    kind: 'refuses' | 'stuck';
    since: Time;
    error: string;
    given_up: number;
    passed_on: number;
    passed_to: string | null;
  } | null;
}
