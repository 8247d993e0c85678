// One metric beside the judged one: its curve, with band and deviations where it is judged too.
import { useMemo } from 'preact/hooks';
import type { BandKnot, Bucket, Deviation } from '../api/shapes.js';
import { Chart } from '../chart/chart.js';
import type { ChartSpec } from '../chart/chart-spec.js';
import { metricText } from '../format/numbers.js';
import { setQuery } from '../routing.js';
import { type ChartFrame, placeText } from './chart-frame.js';
import { nearest } from './nearest.js';
import { NOTHING } from './or-nothing.js';
import { bandWith, newLevels } from './new-level.js';
import { bandTraces, deviationMarks, tracesOf } from './traces.js';

const HEIGHT = 150;

interface Props {
  metric: string;
  frame: ChartFrame;
  deviations: readonly Deviation[];
  judged: boolean;
  newestStep: number;
  /** It has come into view, so that it is read. */
  asked: boolean;
  /** Null until they are read. */
  buckets: readonly Bucket[] | null;
  knots: readonly BandKnot[] | null;
}

export function SidePlot({ metric, frame, deviations, judged, newestStep, asked, buckets, knots }: Props) {
  const stretches = buckets ?? NOTHING;
  const band = knots ?? NOTHING;
  const spec: ChartSpec = useMemo(() => {
    const positive = stretches.length > 0 && stretches.every(({ min }) => min !== null && min > 0);
    return {
      traces: tracesOf(stretches, frame.axis),
      bands: bandTraces(bandWith(band, newLevels(band, deviations, metric)), frame.axis, newestStep),
      marks: deviationMarks(deviations, metric, frame.axis, newestStep),
      end: null,
      x: frame.x,
      y: { log: judged && positive },
    };
  }, [stretches, band, frame, deviations, metric, newestStep, judged]);
  const readout = (x: number | null): string => {
    const near = nearest(spec.traces, x ?? Infinity, 0);
    if (near === null) return buckets !== null ? 'no point here' : asked ? 'reading…' : '';
    const { trace, index } = near;
    const several = trace.count[index]! > 1;
    const [low, high] = [trace.low[index], trace.high[index]].map((end) => metricText(end));
    const spread = several && low !== high ? ` (${low} to ${high})` : '';
    return `${x === null ? '' : `${placeText(frame, trace.x[index]!)} · `}${metricText(trace.mean[index], 5)}${spread}`;
  };
  return (
    <Chart
      title={metric}
      summary={`${stretches.length} stretches, newest ${readout(null)}.`}
      spec={spec}
      whole={frame.whole}
      height={HEIGHT}
      group={frame.group}
      readout={readout}
      onZoom={frame.onZoom}
      onReset={frame.onReset}
    >
      <button
        type="button"
        class="plain"
        aria-label={`Show ${metric} large`}
        title="Show large"
        onClick={() => {
          setQuery({ metric });
          window.scrollTo({ top: 0 });
        }}
      >
        ⤢
      </button>
    </Chart>
  );
}
