// Every other metric in a chart of its own, read when it comes into view.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Deviation, Run } from '../api/shapes.js';
import { Chart } from '../chart/chart.js';
import type { ChartSpec } from '../chart/chart-spec.js';
import { metricText } from '../format/numbers.js';
import { setQuery } from '../routing.js';
import { type ChartFrame, placeText } from './chart-frame.js';
import { nearest } from './nearest.js';
import { Band } from './residuals.js';
import { bandTraces, deviationMarks, tracesOf } from './traces.js';
import { useBand, useSeries } from './use-run.js';

const POINTS = 400;
const HEIGHT = 150;
/** Shown first, in this order; others follow by name. */
const FIRST = ['val_loss', 'eval_loss', 'loss', 'lr', 'learning_rate', 'grad_norm', 'step_time'];
const SHOWN = 24;

interface Props {
  run: Run;
  metric: string;
  frame: ChartFrame;
  deviations: readonly Deviation[];
  range: { from: number; to: number } | null;
  tick: number;
}

export function SideCharts(props: Props) {
  const { run, metric } = props;
  const [text, setText] = useState('');
  const rank = (name: string): number => {
    const place = FIRST.indexOf(name.replace(/^(train|eval)\//, ''));
    return place < 0 ? FIRST.length : place;
  };
  const others = run.metrics.filter((name) => name !== metric).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const found = others.filter((name) => name.toLowerCase().includes(text.toLowerCase()));
  if (others.length === 0) return null;
  return (
    <section aria-label="Other metrics" class="stack">
      {others.length > SHOWN && (
        <p>
          <input
            type="search"
            aria-label="Search metrics"
            placeholder={`Search ${others.length} metrics`}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />{' '}
          {found.length > SHOWN && <span class="quiet">{SHOWN} are shown</span>}
        </p>
      )}
      <div class="side-charts">
        {found.slice(0, SHOWN).map((name) => (
          <SideChart key={name} {...props} metric={name} />
        ))}
      </div>
    </section>
  );
}

function SideChart({ run, metric, frame, deviations, range, tick }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => setSeen(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: '200px',
    });
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, []);
  const judged = run.standings[metric] !== undefined;
  // Out of view, a chart keeps what it has and asks for nothing.
  const shownTick = useRef(tick);
  if (seen) shownTick.current = tick;
  const everSeen = useRef(false);
  everSeen.current ||= seen;
  const series = useSeries(run.id, everSeen.current ? metric : null, range, POINTS, shownTick.current);
  const band = useBand(run.id, everSeen.current && judged ? metric : null, shownTick.current);
  const spec: ChartSpec = useMemo(() => {
    const buckets = series.data ?? [];
    const positive = buckets.length > 0 && buckets.every(({ min }) => min !== null && min > 0);
    return {
      traces: tracesOf(buckets, frame.axis),
      bands: bandTraces(new Band(band.data ?? []), frame.axis),
      marks: deviationMarks(deviations, metric, frame.axis, run.newest_step),
      end: null,
      x: frame.x,
      y: { log: judged && positive },
    };
  }, [series.data, band.data, frame, deviations, metric, run.attempt, run.newest_step, judged]);
  const readout = (x: number | null): string => {
    const near = nearest(spec.traces, x ?? Infinity, 0);
    if (near === null) return series.data === null ? 'reading…' : everSeen.current ? 'no point here' : '';
    const { trace, index } = near;
    const several = trace.count[index]! > 1;
    const spread = several ? ` (${metricText(trace.low[index])} to ${metricText(trace.high[index])})` : '';
    return `${x === null ? '' : `${placeText(frame, trace.x[index]!)} · `}${metricText(trace.mean[index], 5)}${spread}`;
  };
  return (
    <div ref={place} class="side-chart">
      <Chart
        title={metric}
        summary={`${series.data?.length ?? 0} stretches, newest ${readout(null)}.`}
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
    </div>
  );
}
