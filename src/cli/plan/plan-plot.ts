// Draws a plan: the law by compute with what the budget buys, and the loss by size at that compute with its flat middle.
import type { LawDocument } from '../../core/laws/law-document.js';
import type { PlannedRun } from '../../planning/plan.js';
import {
  type Knot,
  type NamedKnot,
  HEIGHT,
  WIDTH,
  bandLayers,
  intervalLayers,
  logAxis,
  pageOf,
  spanOf,
  valueAxis,
} from '../laws/law-axes.js';
import { AXIS_TITLES, isLogLoss, lawCurve, lossTitle } from '../laws/law-curve.js';
import { counted, percent, short } from '../laws/text-table.js';
import { checkPictureName, writePicture } from '../write-picture.js';
import type { PlanAnswer } from './plan-answer.js';

/** The law is drawn from so many times less compute than the plan's. */
const SMALLER = 30;

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotPlan(file: string, document: LawDocument, answer: PlanAnswer): Promise<void> {
  checkPictureName('--plot', file);
  const { optimum, own, what_if: options, level } = answer;
  const runs: [string, PlannedRun | null | undefined][] = [
    [`best: N ${counted(optimum.params)}, D ${counted(optimum.tokens)}`, optimum],
    [options ? 'as planned' : 'your run', own],
    ['stop now', options?.stop_now],
    ['twice as long', options?.extended],
  ];
  const points = runs.flatMap(([name, run]) => (run ? [knotOf(run, run.compute, name)] : []));
  const { max } = document.range.compute;
  const least = Math.min(...points.map(({ x }) => x));
  const span = spanOf([least / SMALLER, max, ...points.map(({ x }) => x)], 2);
  const curve = lawCurve(document, level, span);
  const log = isLogLoss(document);
  const axes = (values: readonly Knot[]) =>
    valueAxis(
      'loss',
      lossTitle(document),
      values.flatMap(({ lower, upper }) => [lower, upper]),
      log,
    );
  const x = logAxis('x', AXIS_TITLES.compute, span);
  const y = axes([...curve, ...points]);
  const around = answer.around.map((one) => ({ ...one, x: one.params }));
  const sizes = [
    knotOf(optimum, optimum.params, 'best'),
    knotOf(answer.neighbours.half, answer.neighbours.half.params, 'half the size'),
    knotOf(answer.neighbours.double, answer.neighbours.double.params, 'twice the size'),
  ];
  const n = logAxis(
    'x',
    `parameters N, at ${short(optimum.compute, 3)} FLOP`,
    spanOf(
      around.map((one) => one.x),
      1,
    ),
  );
  const l = axes(around);
  const { lower, upper } = answer.optimum.params_interval;
  const known = lower === null || upper === null ? [] : [{ x: lower, to: upper }];
  await writePicture(
    file,
    pageOf(
      `${short(optimum.compute, 3)} FLOP by ${answer.law}: ${lossTitle(document)} ${short(optimum.loss)} (${short(optimum.lower)} … ${short(optimum.upper)})`,
      `Bands and bars: ${percent(level, 0)} of new runs. Dashed: the largest run of the table.${known.length > 0 ? ' Grey: where the best size lies.' : ''} ${costLine(answer)}`,
      [
        {
          width: WIDTH,
          height: HEIGHT * 0.8,
          layer: [
            ...bandLayers(curve, x, y),
            {
              data: { values: [{ x: max }] },
              mark: { type: 'rule', strokeDash: [4, 4], color: '#777777' },
              encoding: { x },
            },
            ...intervalLayers(points, x, y),
          ],
        },
        {
          width: WIDTH,
          height: HEIGHT * 0.7,
          layer: [
            {
              data: { values: known },
              mark: { type: 'rect', color: '#999999', opacity: 0.2, clip: true },
              encoding: { x: n, x2: { field: 'to' } },
            },
            ...bandLayers(around, n, l),
            ...intervalLayers(
              sizes.map((one) => ({ ...one, isBelow: true, lower: one.loss, upper: one.loss })),
              n,
              l,
            ),
          ],
        },
      ],
    ),
  );
}

const knotOf = ({ loss, lower, upper }: PlannedRun, x: number, name: string): NamedKnot => ({
  ...{ x, loss, lower, upper, name, isBelow: name.startsWith('best') },
});

function costLine({ optimum: { cost }, machine }: PlanAnswer): string {
  if (!cost || !machine) return '';
  const usd = cost.usd === null ? '' : `, ${counted(cost.usd)} USD`;
  return `${counted(cost.gpu_hours)} GPU-hours, ${short(cost.days, 3)} days on ${machine.count} × ${machine.gpu}${usd}.`;
}
