// The metric around a deviation: what was expected, what came, before and since.
import { useMemo, useState } from 'preact/hooks';
import type { BandKnot, Deviation, Run } from '../api/shapes.js';
import { axisOf } from '../run/axis.js';
import type { ChartFrame } from '../run/chart-frame.js';
import { LossChart } from '../run/loss-chart.js';
import { ResidualChart } from '../run/residual-chart.js';
import { type Tick, useSeries } from '../run/use-run.js';
import { useMedia } from '../ui/use-media.js';

const POINTS = 800;
/** Steps before and behind, as a multiple of the deviation's own length, and at least so many. */
const REACH = 1.5;
const LEAST_REACH = 40;

interface Props {
  run: Run;
  deviation: Deviation;
  knots: readonly BandKnot[];
  tick: Tick;
}

export function DeviationChart({ run, deviation: d, knots, tick }: Props) {
  const narrow = useMedia('(max-width: 640px)');
  const around = useMemo(() => {
    const end = d.status === 'resolved' ? d.step : Math.max(run.newest_step, d.step);
    const reach = Math.max((end - d.started_at_step) * REACH, LEAST_REACH);
    const to = Math.min(Math.ceil(end + reach / 4), Math.max(run.newest_step, d.step));
    return { from: Math.max(0, Math.floor(d.started_at_step - reach)), to };
  }, [d.started_at_step, d.step, d.status, run.newest_step]);
  const [zoom, setZoom] = useState<{ from: number; to: number } | null>(null);
  const range = zoom ?? around;
  const series = useSeries(run.id, d.metric, range, POINTS, tick);
  const axis = useMemo(() => axisOf('step', run, [], []), []);
  const frame: ChartFrame = useMemo(
    () => ({
      axis,
      whole: around,
      group: `deviation ${d.id}`,
      x: { ...range, log: false, kind: 'number' },
      onZoom: (from, to) => setZoom({ from: Math.max(0, Math.floor(from)), to: Math.ceil(Math.max(to, from + 1)) }),
      onReset: () => setZoom(null),
    }),
    [axis, around, range, d.id],
  );
  const marked = useMemo(() => [d], [d]);
  const buckets = series.data ?? [];
  return (
    <div class="stack">
      <LossChart
        {...{ run, frame, buckets, knots, narrow }}
        metric={d.metric}
        overview={buckets}
        deviations={marked}
        prediction={null}
        logY={true}
        plotRef={() => undefined}
      />
      {knots.length > 0 && <ResidualChart {...{ run, frame, buckets, knots }} metric={d.metric} deviations={marked} />}
    </div>
  );
}
