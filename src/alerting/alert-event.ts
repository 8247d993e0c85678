// The body of an outbox message as channels read it again: they render from what was written, never from the present.
import type { Estimate } from './deviation.js';

/** A deviation as in `deviationJson`, with what changed it and the link to its run. */
export interface AlertedDeviation {
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
  /** Of a data event: the kinds of its parts. Absent in messages of earlier versions. */
  part_kinds?: string[];
  side: 'worse' | 'better' | 'both';
  status: 'open' | 'acknowledged' | 'snoozed' | 'resolved';
  opened_at: string;
  started_at: string | null;
  resolved_at: string | null;
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
  snoozed_until: string | null;
  resolved_by: string | null;
  false_alarm: boolean;
  change: string;
  actor: string | null;
  url: string | null;
}

/** What happened in a time, for people who need no single message: a run's history, a digest, what was held back. */
export interface AlertedSummary {
  headline: string;
  lines?: string[];
  /** How loud it is where it stands for others; absent: it wakes nobody. */
  tone?: string;
  url?: string | null;
}

export interface AlertEvent {
  id: string;
  type: string;
  time: string;
  data: AlertedDeviation | AlertedSummary;
}

/** @param body the text of an outbox message */
export const alertEventOf = (body: string): AlertEvent => JSON.parse(body) as AlertEvent;

export const isDeviation = (data: AlertEvent['data']): data is AlertedDeviation => 'kind' in data;
