// Every other metric in a chart of its own, read and drawn while it is in view.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Deviation, Run } from '../api/shapes.js';
import { useTurn } from '../chart/use-turn.js';
import type { ChartFrame } from './chart-frame.js';
import { SidePlot } from './side-plot.js';
import { type Tick, useBand, useSeries } from './use-run.js';

const POINTS = 400;
/** Shown first, in this order; others follow by name. */
const FIRST = ['val_loss', 'eval_loss', 'loss', 'lr', 'learning_rate', 'grad_norm', 'step_time'];
const SHOWN = 24;

interface Props {
  run: Run;
  metric: string;
  frame: ChartFrame;
  deviations: readonly Deviation[];
  range: { from: number; to: number } | null;
  tick: Tick;
}

export function SideCharts(props: Props) {
  const { run, metric } = props;
  const [text, setText] = useState('');
  const rank = (name: string): number => {
    const place = FIRST.indexOf(name.replace(/^(train|eval)\//, ''));
    return place < 0 ? FIRST.length : place;
  };
  const others = run.metrics
    .filter((name) => name !== metric)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, undefined, { numeric: true }));
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
  // Out of view, a chart keeps what it has: it asks for nothing and draws nothing.
  const kept = useRef({ tick, range });
  if (seen) kept.current = { tick, range };
  const everSeen = useRef(false);
  everSeen.current ||= seen;
  const series = useSeries(run.id, everSeen.current ? metric : null, kept.current.range, POINTS, kept.current.tick);
  const band = useBand(run.id, everSeen.current && judged ? metric : null, kept.current.tick);
  const { newest_step: newestStep } = run;
  const now = useMemo(
    () => ({
      ...{ metric, frame, deviations, judged, newestStep },
      asked: everSeen.current,
      buckets: everSeen.current ? series.data : null,
      knots: band.data,
    }),
    [metric, frame, deviations, judged, newestStep, everSeen.current, series.data, band.data],
  );
  const drawn = useTurn(now, seen);
  const plot = useMemo(() => <SidePlot {...drawn} />, [drawn]);
  return (
    <div ref={place} class="side-chart">
      {plot}
    </div>
  );
}
