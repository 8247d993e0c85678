// Draws two families beside each other: both laws by compute, and how many times less compute B needs, with its interval.
import type { LawDocument } from '../../core/laws/law-document.js';
import type { Comparison } from '../../planning/compare-families.js';
import {
  ACCENT,
  HEIGHT,
  INK,
  WIDTH,
  bandLayers,
  intervalLayers,
  logAxis,
  pageOf,
  spanOf,
  valueAxis,
} from '../laws/law-axes.js';
import { AXIS_TITLES, isLogLoss, lawCurve, lossTitle } from '../laws/law-curve.js';
import { percent } from '../laws/text-table.js';
import { checkPictureName, writePicture } from '../write-picture.js';

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotComparison(file: string, a: LawDocument, b: LawDocument, found: Comparison): Promise<void> {
  checkPictureName('--plot', file);
  const { level, scales, verdict } = found;
  const span = spanOf(
    [a, b].flatMap(({ range }) => [range.compute.min, range.compute.max]).concat(scales.map((one) => one.compute)),
  );
  const curves = [a, b].map((law, i) => ({
    name: 'AB'[i]!,
    color: [INK, ACCENT][i]!,
    knots: lawCurve(law, level, span),
  }));
  const x = logAxis('x', AXIS_TITLES.compute, span);
  const values = curves.flatMap(({ knots }) => knots.flatMap(({ lower, upper }) => [lower, upper]));
  const y = valueAxis('loss', lossTitle(a), values, isLogLoss(a));
  const ends = curves.map(({ name, color, knots }) => ({
    data: { values: [{ ...knots[4]!, name }] },
    mark: { type: 'text', color, fontSize: 15, fontWeight: 'bold', dy: -14 },
    encoding: { x, y, text: { field: 'name' } },
  }));
  const points = scales.map(({ compute, multiplier, lower, upper }) => ({
    x: compute,
    loss: multiplier,
    lower,
    upper,
  }));
  const times = valueAxis(
    'loss',
    'B needs … times less',
    [1, ...points.flatMap((one) => [one.lower, one.upper])],
    true,
  );
  const compute = logAxis('x', "A's compute, FLOP", span);
  await writePicture(
    file,
    pageOf(
      verdict,
      `Bands: ${percent(level, 0)} of new runs at the best N and D. Bars: ${percent(level, 0)} intervals of the multiplier.`,
      [
        {
          width: WIDTH,
          height: HEIGHT * 0.8,
          layer: [...curves.flatMap(({ knots, color }) => bandLayers(knots, x, y, color)), ...ends],
        },
        {
          width: WIDTH,
          height: HEIGHT * 0.5,
          layer: [
            {
              data: { values: [{ one: 1 }] },
              mark: { type: 'rule', color: '#777777' },
              encoding: { y: { ...times, field: 'one' } },
            },
            ...intervalLayers(points, compute, times, '#333333'),
          ],
        },
      ],
    ),
  );
}
