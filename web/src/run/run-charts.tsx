// A run's charts under one axis: the curve with band and forecast, residuals, every other metric; cursor and zoom shared.
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Prediction } from '../api/forecast.js';
import type { Bucket, Deviation, Run } from '../api/shapes.js';
import type { Plot } from '../chart/plot.js';
import { plannedSteps } from '../fleet/fleet-row.js';
import { useMedia } from '../ui/use-media.js';
import { axisOf } from './axis.js';
import { ChartTools } from './chart-tools.js';
import { orNothing } from './or-nothing.js';
import { LossChart } from './loss-chart.js';
import { ResidualChart } from './residual-chart.js';
import { SideCharts } from './side-charts.js';
import { useOthers } from './use-others.js';
import { type Tick, useBand, useSeries } from './use-run.js';
import { type ViewState, zoomTo } from './view-state.js';
import type { ChartFrame } from './chart-frame.js';

const TOKEN_POINTS = 600;
const ZOOM_POINTS = 1200;

interface Props {
  run: Run;
  state: ViewState;
  deviations: readonly Deviation[];
  /** The metric from its first step to its newest. */
  overview: readonly Bucket[];
  predictions: readonly Prediction[];
  tick: Tick;
}

export function RunCharts({ run, state, deviations, predictions, overview, tick }: Props) {
  const { metric, range } = state;
  const narrow = useMedia('(max-width: 640px)');
  const place = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<Plot | null>(null);
  const zoomed = useSeries(run.id, range === null ? null : metric, range, ZOOM_POINTS, tick);
  const loggedTokens = state.axis !== 'step' && state.axis !== 'time' && run.metadata.tokens_per_step === undefined;
  const tokens = useSeries(run.id, loggedTokens ? 'tokens' : null, null, TOKEN_POINTS, tick);
  const judged = metric !== null && run.standings[metric] !== undefined;
  const band = useBand(run.id, judged ? metric : null, tick);
  const prediction = predictions.find((one) => one.metric === metric) ?? null;

  const axis = useMemo(
    () => axisOf(state.axis, run, overview, orNothing(tokens.data)),
    // Metadata changes seldom; the run itself is read anew with every batch.
    [state.axis, overview, tokens.data, run.metadata.tokens_per_step, run.metadata.params],
  );
  const others = useOthers(state.beside, metric, state.axis);
  const planned = plannedSteps(run);
  const frame: ChartFrame = useMemo(() => {
    const newest = Math.max(run.newest_step, 1);
    const end = state.soFar ? newest : Math.max(newest, planned ?? 0, prediction?.until ?? 0);
    const starts = overview.map(({ step_from, attempt }) => axis.x(step_from, attempt));
    const first = starts.reduce((low, x) => Math.min(low, x), Infinity);
    const from = Number.isFinite(first) ? first : axis.x(0, run.attempt);
    const last = axis.x(end, run.attempt);
    // A single point wants some room beside it.
    const to = last > from ? last : Math.max(axis.x(end + 1, run.attempt), from + 1);
    const whole = { from: state.logX ? Math.max(from, to * 1e-7) : from, to };
    const shown =
      range === null
        ? whole
        : {
            from: Math.max(axis.x(range.from, run.attempt), state.logX ? to * 1e-7 : -Infinity),
            to: axis.x(range.to, run.attempt),
          };
    return {
      axis,
      whole,
      group: `run ${run.id}`,
      x: { ...shown, log: state.logX && axis.name !== 'time', kind: axis.name === 'time' ? 'time' : 'number' },
      onZoom: (a, b) => zoomTo({ from: Math.max(0, axis.step(a)), to: Math.max(axis.step(b), axis.step(a) + 1) }),
      onReset: () => zoomTo(null),
    };
  }, [
    axis,
    overview,
    run.newest_step,
    run.attempt,
    planned,
    prediction,
    state.logX,
    state.soFar,
    range?.from,
    range?.to,
  ]);

  if (metric === null)
    return (
      <section class="panel empty">
        <h2>Nothing to draw yet</h2>
        <p>The run is announced; its curve begins with its first point. From a shell:</p>
        <pre class="code" tabIndex={0}>
          {`curl -H 'content-type: application/json' ${location.origin}/v1/metrics \\\n  -d '${firstRecord(run.id)}'`}
        </pre>
      </section>
    );
  const zoomedIn = range !== null && zoomed.data !== null && zoomed.data.length > 0;
  const buckets = zoomedIn ? zoomed.data! : overview;
  const knots = orNothing(band.data);
  return (
    <div class="stack" ref={place}>
      <ChartTools run={run} state={state} frame={frame} plot={plot} place={place} />
      <LossChart
        {...{ run, metric, frame, buckets, knots, deviations, prediction, narrow }}
        overview={overview}
        others={orNothing(others.data)}
        logY={state.logY}
        plotRef={setPlot}
      />
      {judged && <ResidualChart {...{ run, metric, frame, buckets, knots, deviations }} />}
      <SideCharts {...{ run, metric, frame, deviations, tick }} range={range} />
    </div>
  );
}

/** As a shell takes it between single quotes. */
const firstRecord = (run: string): string =>
  JSON.stringify({ run, step: 1, metrics: { loss: 10.9, lr: 3e-4 } }).replaceAll("'", `'\\''`);
