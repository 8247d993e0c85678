// What a chart is drawn over: steps, tokens, compute or time. Maps steps of an attempt to x and back.
import type { Bucket, Run } from '../api/shapes.js';
import { millis } from '../format/times.js';

export type AxisName = 'step' | 'tokens' | 'compute' | 'time';

export interface Axis {
  name: AxisName;
  x: (step: number, attempt: number) => number;
  /** The newest attempt's step at an x, not rounded. */
  step: (x: number) => number;
}

/** FLOPs of a forward and a backward pass, per parameter and token. */
const FLOPS_EACH = 6;

/** A rising line through knots, carried on at the slope of its ends. */
export class Line {
  constructor(
    private readonly xs: readonly number[],
    private readonly ys: readonly number[],
  ) {}

  /** Knots that do not rise in both are left out. */
  static through(knots: readonly (readonly [number, number])[]): Line {
    const xs: number[] = [];
    const ys: number[] = [];
    for (const [x, y] of knots)
      if (xs.length === 0 || (x > xs[xs.length - 1]! && y > ys[ys.length - 1]!)) {
        xs.push(x);
        ys.push(y);
      }
    return new Line(xs, ys);
  }

  at(x: number): number {
    return between(this.xs, this.ys, x);
  }

  inverse(y: number): number {
    return between(this.ys, this.xs, y);
  }
}

function between(from: readonly number[], to: readonly number[], at: number): number {
  const last = from.length - 1;
  if (last < 0) return at;
  if (last === 0) return to[0]! + (at - from[0]!);
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= at) low = middle;
    else high = middle;
  }
  // Beyond the end, the slope of the last twentieth says more than that of the last two knots.
  if (at > from[last]!) low = Math.max(0, Math.min(low, last - Math.ceil(last / 20)));
  const share = (at - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}

/** Axes that a run's metadata and metrics allow. */
export function axesOf(run: Run): AxisName[] {
  const tokens = run.metadata.tokens_per_step !== undefined || run.metrics.includes('tokens');
  return [
    'step',
    ...(tokens ? (['tokens'] as const) : []),
    ...(tokens && run.metadata.params ? (['compute'] as const) : []),
    'time',
  ];
}

/**
 * @param overview the run's buckets from its first step to its newest, for times
 * @param tokens the same of the metric `tokens`; empty where the run does not log it
 */
export function axisOf(name: AxisName, run: Run, overview: readonly Bucket[], tokens: readonly Bucket[]): Axis {
  if (name === 'step') return { name, x: (step) => step, step: (x) => x };
  if (name === 'time') return timeAxis(overview);
  const scale = name === 'compute' ? FLOPS_EACH * (run.metadata.params ?? 0) : 1;
  const perStep = run.metadata.tokens_per_step;
  const logged = Line.through(
    tokens
      .flatMap((bucket) => [[bucket.step_from, bucket.min ?? 0] as const, [bucket.step_to, bucket.max ?? 0] as const])
      .sort((a, b) => a[0] - b[0]),
  );
  const tokensAt = (step: number): number => (perStep !== undefined ? step * perStep : logged.at(step));
  const stepAt = (count: number): number => (perStep !== undefined ? count / perStep : logged.inverse(count));
  return { name, x: (step) => tokensAt(step) * scale, step: (x) => stepAt(x / scale) };
}

/** In seconds since the epoch, a line for each attempt. */
function timeAxis(overview: readonly Bucket[]): Axis {
  const knots = new Map<number, [number, number][]>();
  for (const bucket of overview) {
    const list = knots.get(bucket.attempt) ?? [];
    list.push([bucket.step_from, (millis(bucket.time_from) ?? 0) / 1000]);
    if (bucket.step_to > bucket.step_from) list.push([bucket.step_to, (millis(bucket.time_to) ?? 0) / 1000]);
    knots.set(bucket.attempt, list);
  }
  const lines = new Map([...knots].map(([attempt, list]) => [attempt, Line.through(list)]));
  const newest = lines.get(Math.max(...lines.keys(), -1)) ?? new Line([], []);
  return {
    name: 'time',
    x: (step, attempt) => (lines.get(attempt) ?? newest).at(step),
    step: (x) => newest.inverse(x),
  };
}
