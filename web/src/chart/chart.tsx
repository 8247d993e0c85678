// A chart with its heading and read-out: as wide as its place, redrawn when data or colours change, moved by keys.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { onThemeChange } from '../ui/theme.js';
import type { ChartSpec } from './chart-spec.js';
import './chart.css';
import { drawNoMore, drawSoon } from './draw-queue.js';
import { Plot } from './plot.js';

interface Props {
  /** What is drawn, for the heading and for those who cannot see it. */
  title: string;
  /** The chart in a sentence. */
  summary: string;
  spec: ChartSpec;
  /** The axis unzoomed. */
  whole: { from: number; to: number };
  height: number;
  group: string;
  /** Words for the x under the cursor; null for the newest. */
  readout: (x: number | null) => string;
  onZoom: (from: number, to: number) => void;
  onReset: () => void;
  /** Beside the heading. */
  children?: ComponentChildren;
  /** Takes the plot for export. */
  plotRef?: (plot: Plot | null) => void;
}

const KEY_ZOOM = 0.5;

export function Chart({
  title,
  summary,
  spec,
  whole,
  height,
  group,
  readout,
  onZoom,
  onReset,
  children,
  plotRef,
}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLSpanElement>(null);
  const plot = useRef<Plot | null>(null);
  const drawn = useRef<ChartSpec | null>(null);
  const cursor = useRef<number | null>(null);
  const latest = useRef({ readout, onZoom, onReset, spec, whole });
  latest.current = { readout, onZoom, onReset, spec, whole };

  const say = (): void => {
    if (said.current) said.current.textContent = latest.current.readout(cursor.current);
  };

  // Another kind of scale is another chart.
  const kind = `${spec.x.kind}${spec.x.log}${spec.y.log}${group}`;
  useLayoutEffect(() => {
    const place = host.current!;
    const made = new Plot(place, spec, whole, { width: place.clientWidth, height }, group, {
      zoom: (from, to) => latest.current.onZoom(from, to),
      reset: () => latest.current.onReset(),
      cursor: (x) => {
        cursor.current = x;
        say();
      },
    });
    plot.current = made;
    drawn.current = spec;
    plotRef?.(made);
    const sizes = new ResizeObserver(() => {
      if (place.clientWidth > 0) made.resize({ width: place.clientWidth, height: place.clientHeight });
    });
    sizes.observe(place);
    const stopThemes = onThemeChange(() => made.redraw());
    return () => {
      sizes.disconnect();
      stopThemes();
      drawNoMore(made);
      made.destroy();
      plot.current = null;
      plotRef?.(null);
    };
  }, [kind]);
  useLayoutEffect(() => {
    const made = plot.current;
    // A chart that was just made has drawn it.
    if (made !== null && drawn.current !== spec) drawSoon(made, () => made.update(spec, whole));
    drawn.current = spec;
    say();
  }, [spec, whole]);

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = latest.current.spec.x;
    const middle = cursor.current ?? (from + to) / 2;
    const zoomBy = (factor: number): void => {
      const next: [number, number] = [middle - (middle - from) * factor, middle + (to - middle) * factor];
      const { whole: all } = latest.current;
      if (next[0] <= all.from && next[1] >= all.to) latest.current.onReset();
      else latest.current.onZoom(Math.max(next[0], all.from), Math.min(next[1], all.to));
    };
    const act = {
      ArrowRight: () => plot.current?.moveCursor(event.shiftKey ? 10 : 1),
      ArrowLeft: () => plot.current?.moveCursor(event.shiftKey ? -10 : -1),
      '+': () => zoomBy(KEY_ZOOM),
      '=': () => zoomBy(KEY_ZOOM),
      '-': () => zoomBy(1 / KEY_ZOOM),
      '0': () => latest.current.onReset(),
      Escape: () => latest.current.onReset(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <figure class="panel chart">
      <header>
        <h2 title={title}>{title}</h2>
        <span class="readout" ref={said} aria-live="off" />
        {children}
      </header>
      <div
        ref={host}
        class="plot"
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`${title}: ${summary} Arrow keys move the cursor, plus and minus zoom, 0 shows all.`}
        tabIndex={0}
        onKeyDown={onKey}
      />
    </figure>
  );
}
