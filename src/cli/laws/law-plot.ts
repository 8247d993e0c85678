// Draws a fitted law: loss by compute with its band and the runs, and the residuals below, as PNG or SVG.
import { deviationAt } from '../../core/laws/calibration.js';
import type { LawDocument } from '../../core/laws/law-document.js';
import { bestPlace } from '../../core/laws/optimum.js';
import { logLoss } from '../../core/laws/predict.js';
import { lawNamed } from '../../core/laws/law-names.js';
import { type RunTable, placeOf, rowsOf } from '../../core/laws/run-table.js';
import { centralT } from '../../core/math/student.js';
import { checkPictureName, writePicture } from '../write-picture.js';

const CURVE_PLACES = 80;
const WIDTH = 640;

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotLaw(file: string, document: LawDocument, table: RunTable, level: number): Promise<void> {
  checkPictureName('--plot', file);
  await writePicture(file, specOf(document, table, level));
}

interface CurvePoint {
  compute: number;
  loss: number;
  lower: number;
  upper: number;
}

/** The law at the best split of compute, or by compute alone, from the table's least compute to ten times its largest. */
export function lawCurve(document: LawDocument, level: number): CurvePoint[] {
  const kinds = document.forms.map(({ law }) => lawNamed(law));
  const splits = kinds.every(({ optimum }) => optimum !== undefined);
  if (!splits && kinds.some(({ inputs }) => inputs.some((input) => input !== 'compute'))) return [];
  const { min, max } = document.range.compute;
  const t = centralT(level, document.calibration.degrees_of_freedom);
  return Array.from({ length: CURVE_PLACES }, (_, i) => {
    const compute = min * ((10 * max) / min) ** (i / (CURVE_PLACES - 1));
    const loss = Math.exp(
      logLoss(document, splits ? bestPlace(document, compute) : { params: NaN, tokens: NaN, compute }),
    );
    const half = t * deviationAt(document.calibration, compute);
    return { compute, loss, lower: loss * Math.exp(-half), upper: loss * Math.exp(half) };
  });
}

const lossTitle = ({ metric, columns }: LawDocument): string =>
  !metric
    ? columns.loss
    : metric.direction === 'higher'
      ? `${metric.floor} − ${columns.loss}`
      : `${columns.loss} − ${metric.floor}`;

function specOf(document: LawDocument, table: RunTable, level: number): Record<string, unknown> {
  const runs = Array.from({ length: rowsOf(table) }, (_, row) => {
    const said = Math.exp(logLoss(document, placeOf(table, row)));
    return {
      compute: table.compute[row]!,
      params: table.params[row]!,
      loss: table.loss[row]!,
      residual: 100 * (table.loss[row]! / said - 1),
    };
  });
  const curve = lawCurve(document, level);
  const compute = {
    field: 'compute',
    type: 'quantitative',
    scale: { type: 'log' },
    title: 'compute, FLOP',
    axis: { format: '.0e' },
  };
  const loss = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { type: 'log', nice: false },
    title: lossTitle(document),
    axis: { format: '.3~g', tickCount: 8 },
  });
  const color = {
    field: 'params',
    type: 'quantitative',
    scale: { type: 'log', scheme: 'viridis' },
    title: 'N',
    legend: { format: '.0e' },
  };
  const band = `band: ${Math.round(100 * level)} % of new runs at the best N and D`;
  return {
    background: 'white',
    title: { text: `${document.law}, ${document.points} runs`, subtitle: curve.length > 0 ? band : '' },
    config: { font: 'DejaVu Sans' },
    vconcat: [
      {
        width: WIDTH,
        height: 320,
        layer: [
          {
            data: { values: curve },
            mark: { type: 'area', opacity: 0.2 },
            encoding: { x: compute, y: loss('lower'), y2: { field: 'upper' } },
          },
          { data: { values: curve }, mark: { type: 'line' }, encoding: { x: compute, y: loss('loss') } },
          {
            data: { values: runs },
            mark: { type: 'circle', size: 30 },
            encoding: { x: compute, y: loss('loss'), color },
          },
        ],
      },
      {
        width: WIDTH,
        height: 120,
        layer: [
          {
            data: { values: [{ zero: 0 }] },
            mark: { type: 'rule' },
            encoding: { y: { field: 'zero', type: 'quantitative' } },
          },
          {
            data: { values: runs },
            mark: { type: 'circle', size: 20 },
            encoding: {
              x: compute,
              y: { field: 'residual', type: 'quantitative', title: 'measured over law, %' },
              color,
            },
          },
        ],
      },
    ],
  };
}
