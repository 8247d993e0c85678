// Draws what a law says of runs that have not been made: the law's curve with its band, and each run with its interval.
import type { LawDocument } from '../../core/laws/law-document.js';
import { type Asked, type Prediction, placeAsked } from '../../core/laws/predict.js';
import { HEIGHT, WIDTH, bandLayers, intervalLayers, logAxis, pageOf, spanOf, valueAxis } from '../laws/law-axes.js';
import { AXIS_TITLES, curveAxis, isLogLoss, lawCurve, lossTitle } from '../laws/law-curve.js';
import { counted, percent } from '../laws/text-table.js';
import { checkPictureName, writePicture } from '../write-picture.js';

/** More names than this would lie on each other. */
const MOST_NAMES = 6;

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotPredictions(
  file: string,
  document: LawDocument,
  asked: readonly Asked[],
  said: readonly Prediction[],
): Promise<void> {
  checkPictureName('--plot', file);
  const axis = curveAxis(document);
  const points = said.map(({ loss, lower, upper }, i) => {
    const place = placeAsked(document, asked[i]!);
    const name = `N ${counted(place.params)}, D ${counted(place.tokens)}`;
    return { x: place[axis], loss, lower, upper, ...(said.length <= MOST_NAMES && axis === 'compute' && { name }) };
  });
  const { min, max } = document.range[axis];
  const span = spanOf([min, max, ...points.map(({ x }) => x)], 1.5);
  const curve = lawCurve(document, said[0]!.level, span);
  const x = logAxis('x', AXIS_TITLES[axis], span);
  const values = [...points, ...curve].flatMap(({ lower, upper }) => [lower, upper]);
  const y = valueAxis('loss', lossTitle(document), values, isLogLoss(document));
  const seen = { data: { values: [{ x: max }] }, mark: { type: 'rule', strokeDash: [4, 4], color: '#777777' } };
  await writePicture(
    file,
    pageOf(
      `${document.law}: ${said.length === 1 ? 'a new run' : `${said.length} new runs`}`,
      `${percent(said[0]!.level, 0)} intervals for the measured value; the curve is ${axis === 'compute' ? 'the best N and D' : 'the law'}; dashed: the largest run of the table.`,
      [
        {
          width: WIDTH,
          height: HEIGHT,
          layer: [...bandLayers(curve, x, y), { ...seen, encoding: { x } }, ...intervalLayers(points, x, y)],
        },
      ],
    ),
  );
}
