// How a run is looked at, as the address holds it.
import type { Run } from '../api/shapes.js';
import { setQuery } from '../routing.js';
import { chosenRuns } from './chosen-runs.js';
import { type AxisName, axesOf } from './axis.js';

export interface ViewState {
  metric: string | null;
  axis: AxisName;
  logX: boolean;
  logY: boolean;
  /** Up to the newest point alone, in place of the planned end. */
  soFar: boolean;
  /** Zoomed to these steps; null: all. */
  range: { from: number; to: number } | null;
  /** Runs drawn beside it. */
  beside: string[];
}

const LOSSES = ['loss', 'train/loss', 'train_loss', 'val_loss', 'eval_loss'];

/** The metric shown first: a judged one, else a loss, else whatever there is. */
export function leadingMetric(run: Run): string | null {
  const judged = Object.keys(run.standings);
  return (
    LOSSES.find((name) => judged.includes(name)) ??
    judged[0] ??
    LOSSES.find((name) => run.metrics.includes(name)) ??
    run.metrics[0] ??
    null
  );
}

export function viewStateOf(query: URLSearchParams, run: Run | null): ViewState {
  const asked = query.get('x') as AxisName | null;
  const [from, to] = [query.get('from'), query.get('to')].map((text) => (text === null ? NaN : Number(text)));
  return {
    metric: run === null ? null : (run.metrics.find((name) => name === query.get('metric')) ?? leadingMetric(run)),
    axis: run !== null && asked !== null && axesOf(run).includes(asked) ? asked : 'step',
    logX: query.get('logx') === '1',
    logY: query.get('logy') !== '0',
    soFar: query.get('sofar') === '1',
    range: from! >= 0 && to! > from! ? { from: Math.floor(from!), to: Math.ceil(to!) } : null,
    beside: chosenRuns(query),
  };
}

/** A zoom is a place to come back to: it gets an entry in the history. */
export function zoomTo(range: { from: number; to: number } | null): void {
  setQuery({
    from: range === null ? null : String(Math.floor(range.from)),
    to: range === null ? null : String(Math.ceil(range.to)),
  });
}
