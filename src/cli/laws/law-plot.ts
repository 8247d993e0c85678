// Draws a fitted law: loss with its band and the runs, and the residuals below (measured over law), as PNG or SVG.
import type { LawDocument } from '../../core/laws/law-document.js';
import { inMetric } from '../../core/laws/metric.js';
import { logLoss } from '../../core/laws/law-loss.js';
import { type RunTable, placeOf, rowsOf } from '../../core/laws/run-table.js';
import { checkPictureName, writePicture } from '../write-picture.js';
import { type Spec, HEIGHT, WIDTH, bandLayers, logAxis, logTicks, pageOf, spanOf, valueAxis } from './law-axes.js';
import { AXIS_TITLES, curveAxis, isLogLoss, lawCurve, lossTitle } from './law-curve.js';

/** The curve goes on for so many times the largest run. */
const BEYOND = 10;

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotLaw(file: string, document: LawDocument, table: RunTable, level: number): Promise<void> {
  checkPictureName('--plot', file);
  await writePicture(file, specOf(document, table, level));
}

function specOf(document: LawDocument, table: RunTable, level: number): Spec {
  const axis = curveAxis(document);
  const isByCompute = axis === 'compute';
  const runs = Array.from({ length: rowsOf(table) }, (_, row) => {
    const said = Math.exp(logLoss(document, placeOf(table, row)));
    const left = table.loss[row]!;
    const { loss } = inMetric(document.metric, { loss: left, lower: left, upper: left });
    return { x: table[axis][row]!, params: table.params[row]!, loss, residual: 100 * (left / said - 1) };
  });
  const { min, max } = document.range[axis];
  const curve = lawCurve(document, level, [min, BEYOND * max]);
  const span = spanOf([min, curve.length > 0 ? BEYOND * max : max], 1.4);
  const values = [...runs.map(({ loss }) => loss), ...curve.flatMap(({ lower, upper }) => [lower, upper])];
  const x = logAxis('x', AXIS_TITLES[axis], span);
  const y = valueAxis('loss', lossTitle(document), values, isLogLoss(document));
  const [least, most] = [document.range.params.min, document.range.params.max];
  const color = {
    field: 'params',
    type: 'quantitative',
    scale: { type: 'log', scheme: 'viridis', domain: least < most ? [least, most] : [least / 2, least * 2] },
    title: 'N',
    legend: { values: logTicks(least, most), labelExpr: "replace(format(datum.value, '.1~e'), '+', '')" },
  };
  const band = `Band: ${Math.round(100 * level)} % of new runs${isByCompute ? ' at the best N and D; runs of another split lie on its worse side' : ''}.`;
  return pageOf(`${document.law}, ${document.points} runs`, curve.length > 0 ? band : '', [
    {
      width: WIDTH,
      height: HEIGHT,
      layer: [
        ...bandLayers(curve, x, y),
        { data: { values: runs }, mark: { type: 'circle', size: 34, opacity: 0.85 }, encoding: { x, y, color } },
      ],
    },
    {
      width: WIDTH,
      height: 130,
      layer: [
        {
          data: { values: [{ zero: 0 }] },
          mark: { type: 'rule', color: '#777777' },
          encoding: { y: { field: 'zero', type: 'quantitative' } },
        },
        {
          data: { values: runs },
          mark: { type: 'circle', size: 24, opacity: 0.85 },
          encoding: { x, y: { field: 'residual', type: 'quantitative', title: 'residual, %' }, color },
        },
      ],
    },
  ]);
}
