// From a family's law to graphs: loss by compute, residuals, isoFLOP curves, versions.
import { metricText, percentText, sizeText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import type { GraphBand, GraphLine, GraphPoint, GraphSpec } from '../graph/graph-spec.js';
import { runPath } from '../routing.js';
import { flopText } from './law-words.js';
import type { FamilyPicture, LawHistory } from './law-shapes.js';

/** Place of a value between the least and the largest, by ratio, 0 to 1. */
const shadeOf = (value: number, { min, max }: { min: number; max: number }): number =>
  max > min ? Math.log(value / min) / Math.log(max / min) : 0.5;

export const computeAxis = { label: 'Training compute, FLOP', log: true, text: flopText, tickText: flopText };

export function lossGraph(family: FamilyPicture, beside: FamilyPicture | null): GraphSpec {
  const { picture, range, running, metric } = family;
  const sizes: GraphLine[] = picture.sizes.map(({ params, line }) => ({
    look: 'ramp',
    shade: shadeOf(params, range.params),
    name: sizeText(params),
    points: line.map(({ compute, loss }) => ({ x: compute, y: loss })),
  }));
  const now: GraphLine[] = [];
  const placed: GraphPoint[] = running.flatMap((run) => {
    const compute = 6 * run.params * run.tokens;
    const end = run.forecast ?? null;
    const points: GraphPoint[] = [];
    if (run.tokens_now !== null && run.tokens_now > 0 && run.loss_now !== null) {
      const x = 6 * run.params * run.tokens_now;
      points.push({
        ...{ x, y: run.loss_now, look: 'now', shape: 'ring', href: runPath(run.run) },
        words: `${run.name}, ${run.status}: ${metric} ${metricText(run.loss_now)} after ${sizeText(run.tokens_now)} tokens`,
      });
      if (end)
        now.push({
          look: 'now',
          dashed: true,
          points: [
            { x, y: run.loss_now },
            { x: compute, y: end.loss },
          ],
        });
    }
    if (end)
      points.push({
        ...{ x: compute, y: end.loss, lower: end.lower, upper: end.upper, look: 'now', shape: 'diamond' },
        href: runPath(run.run),
        words: `${run.name}: forecast ${metricText(end.loss)} (${metricText(end.lower)} to ${metricText(end.upper)}) at its end, the law says ${metricText(run.said.loss)}`,
      });
    return points;
  });
  const top = Math.max(...placed.map(({ x }) => x), range.compute.max);
  return {
    x: {
      ...computeAxis,
      range: [
        picture.best[0]?.compute ?? range.compute.min / 2,
        Math.max(picture.best.at(-1)?.compute ?? picture.trusted_to_compute, top),
      ],
    },
    y: { label: metric, log: true, text: metricText },
    bands: [bandOf(family, 'law'), ...(beside ? [bandOf(beside, 'other')] : [])],
    lines: [
      ...(beside ? [] : sizes),
      { look: 'law', name: beside ? family.family : 'best split', points: bestLine(family) },
      ...(beside ? [{ look: 'other' as const, name: beside.family, points: bestLine(beside) }] : []),
      ...(beside ? [] : now),
    ],
    points: [
      ...runPoints(family, beside ? 'law' : 'ramp'),
      ...(beside ? runPoints(beside, 'other') : []),
      ...(beside ? [] : placed),
    ],
    marks: [{ at: picture.trusted_to_compute, name: 'no evidence beyond', shadeBeyond: true }],
  };
}

const bestLine = ({ picture }: FamilyPicture) => picture.best.map(({ compute, loss }) => ({ x: compute, y: loss }));

const bandOf = ({ picture }: FamilyPicture, look: GraphBand['look']): GraphBand => ({
  look,
  points: picture.best.map(({ compute, lower, upper }) => ({ x: compute, lower, upper })),
});

function runPoints({ picture, range, metric }: FamilyPicture, look: GraphPoint['look']): GraphPoint[] {
  return picture.runs.map((run) => ({
    ...{ x: run.compute, y: run.loss, look, href: runPath(run.run) },
    shade: shadeOf(run.params, range.params),
    ...(run.from === 'forecast' && { shape: 'ring' as const }),
    words: `${run.run}: ${metric} ${metricText(run.loss)}${run.from === 'forecast' ? ', forecast' : ''}, the law says ${metricText(run.said)} (${metricText(run.lower)} to ${metricText(run.upper)}) · ${sizeText(run.params)} params, ${sizeText(run.tokens)} tokens`,
  }));
}

/** Measured over said, in per cent of the loss, with the interval that the law gave. */
export function residualGraph({ picture, range }: FamilyPicture): GraphSpec {
  const off = (loss: number, said: number): number => 100 * (loss / said - 1);
  const worst = Math.max(...picture.runs.map((run) => Math.abs(off(run.loss, run.said))), 0.5);
  return {
    x: { ...computeAxis, range: [range.compute.min / 1.6, range.compute.max * 1.6] },
    y: {
      label: 'measured over said, %',
      log: false,
      text: (value) => `${value.toFixed(2)} %`,
      range: [-1.2 * worst, 1.2 * worst],
    },
    bands: [
      {
        look: 'law',
        points: picture.best.map(({ compute, loss, lower, upper }) => ({
          ...{ x: compute, lower: off(lower, loss), upper: off(upper, loss) },
        })),
      },
    ],
    lines: [{ look: 'quiet', points: [range.compute.min / 2, range.compute.max * 2].map((x) => ({ x, y: 0 })) }],
    points: picture.runs.map((run) => ({
      ...{ x: run.compute, y: off(run.loss, run.said), look: 'ramp', shade: shadeOf(run.params, range.params) },
      ...(run.from === 'forecast' && { shape: 'ring' as const }),
      href: runPath(run.run),
      words: `${run.run}: ${percentText(run.loss / run.said - 1)} off the law · ${sizeText(run.params)} params, ${sizeText(run.tokens)} tokens`,
    })),
    marks: [],
  };
}

export function isoflopGraph({ picture, range, metric }: FamilyPicture): GraphSpec {
  const { budgets } = picture;
  const span = { min: budgets[0]!.compute, max: budgets.at(-1)!.compute };
  return {
    x: { label: 'Parameters', log: true, text: sizeText },
    y: { label: metric, log: true, text: metricText },
    bands: [],
    lines: [
      ...budgets.map(({ compute, line }) => ({
        ...{ look: 'ramp' as const, shade: shadeOf(compute, span), name: flopText(compute) },
        points: line.map(({ params, loss }) => ({ x: params, y: loss })),
      })),
      { look: 'law', dashed: true, points: budgets.map(({ best }) => ({ x: best.params, y: best.loss })) },
    ],
    points: budgets.flatMap(({ compute, best, runs }) => [
      ...runs.map((run): GraphPoint => ({
        ...{ x: run.params, y: run.loss, look: 'ramp', shade: shadeOf(compute, span), href: runPath(run.run) },
        words: `${run.run}: ${sizeText(run.params)} params, brought from ${flopText(run.compute)} to ${flopText(compute)} FLOP along the law`,
      })),
      {
        ...{ x: best.params, y: best.loss, look: 'law' as const, shape: 'diamond' as const },
        words: `best at ${flopText(compute)} FLOP: ${sizeText(best.params)} params on ${sizeText(best.tokens)} tokens, ${metric} ${metricText(best.loss)}`,
      },
    ]),
    marks: [{ at: range.params.max, name: 'largest size trained', shadeBeyond: true }],
  };
}

/** What each version said of one far run. */
export function historyGraph(history: LawHistory, metric: string, shown: number): GraphSpec {
  const versions = history.versions.toReversed();
  return {
    x: {
      label: 'Version',
      log: false,
      text: String,
      whole: true,
      range: [versions[0]!.version - 0.5, versions.at(-1)!.version + 0.5],
    },
    y: { label: `${metric} said`, log: false, text: metricText },
    bands: [],
    lines: [{ look: 'law', points: versions.map(({ version, said }) => ({ x: version, y: said.loss })) }],
    points: versions.map(({ version, said, runs, created_at, changes }) => ({
      ...{ x: version, y: said.loss, lower: said.lower, upper: said.upper, look: 'law' },
      shape: version === shown ? 'dot' : 'ring',
      words: `version ${version}, ${timeText(created_at)}: ${runs} runs, ${metricText(said.loss)} (${metricText(said.lower)} to ${metricText(said.upper)}) · ${changes.summary}`,
    })),
    marks: [],
  };
}
