// A plan as graphs: the law with the budget on it, and the neighbourhood of the best size.
import { computeAxis } from '../family/law-graphs.js';
import type { FamilyPicture } from '../family/law-shapes.js';
import { flopText } from '../family/law-words.js';
import { metricText, sizeText } from '../format/numbers.js';
import type { GraphPoint, GraphSpec } from '../graph/graph-spec.js';
import { runPath } from '../routing.js';
import type { Plan, PlannedRun } from './plan-shapes.js';

export function budgetGraph({ picture, metric }: FamilyPicture, plan: Plan | null): GraphSpec {
  const best = picture.best;
  const planned = plan?.optimum ?? null;
  const line = best.map(({ compute, loss }) => ({ x: compute, y: loss }));
  const band = best.map(({ compute, lower, upper }) => ({ x: compute, lower, upper }));
  const [first, last] = [best[0]?.compute ?? 1, best.at(-1)?.compute ?? 10];
  // The plan's own place carries the line on where the picture ends.
  if (planned && planned.compute > last) {
    line.push({ x: planned.compute, y: planned.loss });
    band.push({ x: planned.compute, lower: planned.lower, upper: planned.upper });
  }
  const points: GraphPoint[] = picture.runs.map((run) => ({
    ...{ x: run.compute, y: run.loss, look: 'quiet', href: runPath(run.run) },
    words: `${run.run}: ${metric} ${metricText(run.loss)} at ${flopText(run.compute)} FLOP`,
  }));
  if (planned)
    points.push({
      ...{ x: planned.compute, y: planned.loss, lower: planned.lower, upper: planned.upper },
      ...{ look: 'law', shape: 'diamond', words: runText('the plan', planned, metric) },
    });
  if (plan?.own)
    points.push({
      ...{ x: plan.own.compute, y: plan.own.loss, lower: plan.own.lower, upper: plan.own.upper },
      ...{ look: 'now', shape: 'ring', words: runText('your run', plan.own, metric) },
    });
  return {
    x: { ...computeAxis, range: [first, Math.max(last, planned?.compute ?? 0) * 1.1] },
    y: { label: metric, log: true, text: metricText },
    bands: [{ look: 'law', points: band }],
    lines: [{ look: 'law', points: line, name: 'best split' }],
    points,
    marks: [{ at: picture.trusted_to_compute, name: 'no evidence beyond', shadeBeyond: true }],
  };
}

const runText = (name: string, run: PlannedRun, metric: string): string =>
  `${name}: ${metric} ${metricText(run.loss)} (${metricText(run.lower)} to ${metricText(run.upper)}) by ${sizeText(run.params)} params on ${sizeText(run.tokens)} tokens`;

/** Loss by size at the plan's compute. */
export function aroundGraph(plan: Plan): GraphSpec {
  const { around, optimum, neighbours, metric } = plan;
  const at = (name: string, run: PlannedRun, look: GraphPoint['look']): GraphPoint => ({
    ...{ x: run.params, y: run.loss, look, shape: 'diamond', words: runText(name, run, metric) },
  });
  return {
    x: { label: `Parameters, at ${flopText(optimum.compute)} FLOP`, log: true, text: sizeText },
    y: { label: metric, log: true, text: metricText },
    bands: [{ look: 'law', points: around.map(({ params, lower, upper }) => ({ x: params, lower, upper })) }],
    lines: [{ look: 'law', points: around.map(({ params, loss }) => ({ x: params, y: loss })) }],
    points: [
      at('half the size', neighbours.half, 'quiet'),
      at('the best size', optimum, 'law'),
      at('twice the size', neighbours.double, 'quiet'),
    ],
    marks: [],
  };
}

/** Words for any size on it, from the nearest knot. */
export function aroundText({ around, metric, optimum }: Plan, params: number): string {
  const knot = around.reduce((best, one) =>
    Math.abs(Math.log(one.params / params)) < Math.abs(Math.log(best.params / params)) ? one : best,
  );
  return `${sizeText(knot.params)} params on ${sizeText(knot.tokens)} tokens: ${metric} ${metricText(knot.loss)}, ${(100 * (knot.loss / optimum.loss - 1)).toFixed(2)} % above the best`;
}
