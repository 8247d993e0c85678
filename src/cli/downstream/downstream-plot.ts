// Draws the way from loss to accuracy: the points, the sigmoid in its band, and what is said of the run asked about.
import { type AccuracyPrediction, type TaskDocument, accuracyAtLoss } from '../../core/laws/task-document.js';
import { HEIGHT, WIDTH, bandLayers, intervalLayers, pageOf, valueAxis } from '../laws/law-axes.js';
import { percent, short } from '../laws/text-table.js';
import { checkPictureName, writePicture } from '../write-picture.js';

const KNOTS = 60;
const SEED = 1;
/** More points than this are drawn smaller. */
const MANY = 200;

/** @throws UserError where the file is neither .png nor .svg. */
export async function plotDownstream(
  file: string,
  document: TaskDocument,
  names: { loss: string; accuracy: string },
  points: { losses: Float64Array; accuracies: Float64Array },
  said: AccuracyPrediction | null,
  level: number,
): Promise<void> {
  checkPictureName('--plot', file);
  const { min, max } = document.step_two.loss_range;
  const [from, to] = [Math.min(min, said?.loss ?? min), max];
  const beside = 0.06 * (to - from);
  const knots = Array.from({ length: KNOTS }, (_, i) => {
    const loss = from - beside + ((to - from + 2 * beside) * i) / (KNOTS - 1);
    const { accuracy, lower, upper } = accuracyAtLoss(document, loss, level, SEED);
    return { x: loss, loss: accuracy, lower, upper };
  });
  const measured = [...points.losses].map((loss, i) => ({ x: loss, loss: points.accuracies[i]! }));
  const asked = said
    ? [{ x: said.loss, loss: said.accuracy, lower: said.lower, upper: said.upper, name: percent(said.accuracy) }]
    : [];
  const x = valueAxis(
    'x',
    names.loss,
    knots.map((one) => one.x),
    false,
  );
  const values = [...knots, ...asked].flatMap(({ lower, upper }) => [lower, upper]);
  const y = valueAxis('loss', names.accuracy, [...values, ...measured.map((one) => one.loss)], false);
  const percents = { ...y, axis: { format: '.0%', tickCount: 7 } };
  const at = said
    ? ` At a loss of ${short(said.loss)}: ${percent(said.accuracy)} (${percent(said.lower)} … ${percent(said.upper)}).`
    : '';
  await writePicture(
    file,
    pageOf(
      `${names.accuracy} by ${names.loss}, ${document.step_two.points} points`,
      `Band: ${percent(level, 0)} of single accuracies.${at}`,
      [
        {
          width: WIDTH,
          height: HEIGHT,
          layer: [
            {
              data: { values: measured },
              mark: { type: 'circle', size: measured.length > MANY ? 14 : 34, color: '#333333', opacity: 0.5 },
              encoding: { x, y: percents },
            },
            ...bandLayers(knots, x, percents),
            ...intervalLayers(asked, x, percents),
          ],
        },
      ],
    ),
  );
}
