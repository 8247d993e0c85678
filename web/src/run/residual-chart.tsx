// Residuals below the curve: predictive deviations off the band, over the same axis.
import { useMemo } from 'preact/hooks';
import type { BandKnot, Bucket, Deviation, Run } from '../api/shapes.js';
import { Chart } from '../chart/chart.js';
import type { ChartSpec } from '../chart/chart-spec.js';
import { sigmaText } from '../format/numbers.js';
import { type ChartFrame, placeText } from './chart-frame.js';
import { nearest } from './nearest.js';
import { bandWith, newLevels } from './new-level.js';
import { residualsOf } from './residuals.js';
import { deviationMarks, levelMark, residualTraces } from './traces.js';

const BAND = 1.645;
/** The scale shows at least this, and at most that many deviations; what lies beyond is cut off. */
const LEAST = 4;
const MOST = 15;

interface Props {
  run: Run;
  metric: string;
  frame: ChartFrame;
  buckets: readonly Bucket[];
  knots: readonly BandKnot[];
  deviations: readonly Deviation[];
}

export function ResidualChart({ run, metric, frame, buckets, knots, deviations }: Props) {
  const spec: ChartSpec = useMemo(() => {
    const levels = newLevels(knots, deviations, metric);
    const traces = residualTraces(residualsOf(buckets, bandWith(knots, levels)), frame.axis);
    const { from, to } = frame.x;
    const reach = traces
      .flatMap(({ x, low, high }) => x.map((at, i) => (at < from || at > to ? 0 : Math.max(-low[i]!, high[i]!))))
      .reduce((most, one) => Math.max(most, one), LEAST);
    const end = Math.min(reach * 1.08, MOST);
    return {
      traces,
      bands: [{ look: 'band', x: [from, to], middle: [0, 0], lower: [-BAND, -BAND], upper: [BAND, BAND] }],
      marks: [
        ...deviationMarks(deviations, metric, frame.axis, run.newest_step),
        ...levels.map((one) => levelMark(one, frame.axis)),
      ].map((mark) => ({ ...mark, label: '' })),
      end: null,
      x: frame.x,
      y: { log: false, fixed: [-end, end] },
    };
  }, [frame, buckets, knots, deviations, metric, run.newest_step]);
  const readout = (x: number | null): string => {
    const near = nearest(spec.traces, x ?? Infinity, 0);
    if (near === null)
      return run.standings[metric]?.state === 'judged' ? 'its band is not drawn yet' : 'nothing to judge yet';
    const { trace, index } = near;
    const [mean, low, high] = [trace.mean[index]!, trace.low[index]!, trace.high[index]!];
    const spread = low === high ? '' : ` · ${sigmaText(low)} to ${sigmaText(high)}`;
    return `${x === null ? 'newest' : placeText(frame, trace.x[index]!)} · ${sigmaText(mean)}${spread}`;
  };
  return (
    <Chart
      title="Residuals, σ"
      summary={`How many predictive deviations ${metric} lies off its forecast. ${readout(null)}.`}
      spec={spec}
      whole={frame.whole}
      height={150}
      group={frame.group}
      readout={readout}
      onZoom={frame.onZoom}
      onReset={frame.onReset}
    />
  );
}
