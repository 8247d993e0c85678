// A judged metric over its axis: every point, the band that was predicted, the forecast to the end, deviations, attempts.
import { useMemo } from 'preact/hooks';
import type { Prediction } from '../api/forecast.js';
import type { BandKnot, Bucket, Deviation, Run } from '../api/shapes.js';
import { Chart } from '../chart/chart.js';
import type { ChartSpec, OtherTrace } from '../chart/chart-spec.js';
import type { Plot } from '../chart/plot.js';
import { metricText, sigmaText } from '../format/numbers.js';
import { type ChartFrame, placeText } from './chart-frame.js';
import { nearest } from './nearest.js';
import { NOTHING } from './or-nothing.js';
import { bandWith, newLevels } from './new-level.js';
import { sigmaOf } from './residuals.js';
import { attemptMarks, bandTraces, beforeTrace, deviationMarks, forecastTrace, levelMark, tracesOf } from './traces.js';

interface Props {
  run: Run;
  metric: string;
  frame: ChartFrame;
  buckets: readonly Bucket[];
  overview: readonly Bucket[];
  knots: readonly BandKnot[];
  deviations: readonly Deviation[];
  prediction: Prediction | null;
  /** Other runs' curves. */
  others?: readonly OtherTrace[];
  logY: boolean;
  narrow: boolean;
  plotRef: (plot: Plot | null) => void;
}

export function LossChart(props: Props) {
  const {
    run,
    metric,
    frame,
    buckets,
    overview,
    knots,
    deviations,
    prediction,
    others = NOTHING,
    logY,
    narrow,
  } = props;
  const levels = useMemo(() => newLevels(knots, deviations, metric), [knots, deviations, metric]);
  const band = useMemo(() => bandWith(knots, levels), [knots, levels]);
  const spec: ChartSpec = useMemo(() => {
    const { axis } = frame;
    const final = prediction?.final ?? null;
    return {
      traces: tracesOf(buckets, axis),
      others: [...others],
      bands: [
        ...bandTraces(band, axis, run.newest_step),
        ...levels.flatMap((one) => beforeTrace(one, axis)),
        ...forecastTrace(prediction, axis),
      ],
      marks: [
        ...attemptMarks(overview, axis),
        ...deviationMarks(deviations, metric, axis, run.newest_step),
        ...levels.map((one) => levelMark(one, axis)),
      ],
      end:
        final === null || prediction!.until === null
          ? null
          : { x: axis.x(prediction!.until, run.attempt), value: final.loss, lower: final.lower, upper: final.upper },
      x: frame.x,
      y: { log: logY && buckets.every(({ min }) => min === null || min > 0) },
    };
  }, [
    frame,
    buckets,
    overview,
    band,
    levels,
    deviations,
    prediction,
    others,
    logY,
    metric,
    run.attempt,
    run.newest_step,
  ]);

  const readout = (x: number | null): string => {
    const reach = (frame.x.to - frame.x.from) / 200;
    const near = nearest(spec.traces, x ?? Infinity, reach);
    const beyond = x !== null && near !== null && x > near.trace.x.at(-1)! + reach;
    if (beyond) return futureText(frame, prediction, x);
    if (near === null) return 'no point yet';
    const { trace, index } = near;
    const [mean, low, high] = [trace.mean[index] ?? null, trace.low[index] ?? null, trace.high[index] ?? null];
    const at = band.at(run.attempt, trace.step[index]!);
    const sigma = sigmaOf(mean, at);
    return [
      x === null ? `newest: ${placeText(frame, trace.x[index]!)}` : placeText(frame, trace.x[index]!),
      trace.nonfinite[index]! > 0 && mean === null ? 'not finite' : `${metric} ${metricText(mean, 5)}`,
      trace.count[index]! > 1 ? `${metricText(low)} to ${metricText(high)} over ${trace.count[index]} points` : null,
      at === null ? null : `expected ${metricText(at.expected)} (${metricText(at.lower)} to ${metricText(at.upper)})`,
      sigma === null ? null : sigmaText(sigma),
    ]
      .filter(Boolean)
      .join(' · ');
  };

  const open = deviations.filter((one) => one.metric === metric && one.status !== 'resolved').length;
  const standing = run.standings[metric];
  const summary = [
    `${buckets.length} stretches up to step ${run.newest_step.toLocaleString()}`,
    standing?.sigma != null ? `now ${sigmaText(standing.sigma)} off its forecast` : null,
    `${open} open deviation${open === 1 ? '' : 's'}.`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <Chart
      title={metric}
      summary={summary}
      spec={spec}
      whole={frame.whole}
      height={narrow ? 280 : 400}
      group={frame.group}
      readout={readout}
      onZoom={frame.onZoom}
      onReset={frame.onReset}
      plotRef={props.plotRef}
    >
      <Key
        band={knots.length > 0}
        before={spec.bands.some(({ look }) => look === 'before')}
        forecast={(prediction?.curve.length ?? 0) > 1}
      />
    </Chart>
  );
}

function futureText(frame: ChartFrame, prediction: Prediction | null, x: number): string {
  const step = frame.axis.step(x);
  const knot = prediction?.curve.reduce((best, one) =>
    Math.abs(one.step - step) < Math.abs(best.step - step) ? one : best,
  );
  const place = placeText(frame, x);
  return knot === undefined
    ? place
    : `${place} · forecast ${metricText(knot.loss)} (${metricText(knot.lower)} to ${metricText(knot.upper)})`;
}

function Key({ band, before, forecast }: Record<'band' | 'before' | 'forecast', boolean>) {
  return (
    <span class="chart-key" aria-hidden="true">
      <span>
        <i class="of-curve" /> logged
      </span>
      {band && (
        <span>
          <i class="of-band" /> predicted, 90 %
        </span>
      )}
      {before && (
        <span>
          <i class="of-before" /> as before the deviation
        </span>
      )}
      {forecast && (
        <span>
          <i class="of-forecast" /> forecast
        </span>
      )}
    </span>
  );
}
