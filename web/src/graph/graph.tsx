// A graph of lines, bands and some hundred points, as SVG: read by pointer or arrow keys, its points lead on.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { tickTexts } from '../chart/ticks.js';
import { goTo } from '../routing.js';
import type { GraphAxis, GraphPoint, GraphSpec } from './graph-spec.js';
import { BandShape, LineNames, LineShape, MarkShape, PointShape } from './marks.js';
import { scaleOf, xRangeOf, yRangeOf } from './scale.js';
import './graph.css';

const LEFT = 58;
const RIGHT = 16;
const TOP = 10;
const BOTTOM = 38;
/** A point this near to the pointer, in pixels, is meant. */
const REACH = 34;

interface Props {
  title: string;
  /** The graph in a sentence, for those who cannot see it. */
  summary: string;
  spec: GraphSpec;
  height: number;
  /** What is said where no point is under the cursor. */
  rest?: string;
  /** Words for any place on the x axis. */
  wordsAt?: (x: number) => string;
  /** Called with the place that was clicked where no point is. */
  onPlace?: (x: number) => void;
  children?: ComponentChildren;
}

export function Graph({ title, summary, spec, height, rest = '', wordsAt, onPlace, children }: Props) {
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [held, setHeld] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  useLayoutEffect(() => {
    const place = host.current!;
    const sizes = new ResizeObserver(() => setWidth(place.clientWidth));
    sizes.observe(place);
    setWidth(place.clientWidth);
    return () => sizes.disconnect();
  }, []);
  // By x is what arrow keys mean.
  const points = useMemo(() => spec.points.toSorted((a, b) => a.x - b.x), [spec]);
  const [right, bottom] = [Math.max(width - RIGHT, LEFT + 40), height - BOTTOM];
  const { x, y } = useMemo(() => {
    const xs = xRangeOf(spec);
    return {
      x: scaleOf(spec.x, xs, [LEFT, right], Math.max(2, (right - LEFT) / 90)),
      y: scaleOf(spec.y, yRangeOf(spec, xs), [bottom, TOP], Math.max(2, (bottom - TOP) / 40)),
    };
  }, [spec, right, bottom]);

  const nearest = (left: number, top: number): number | null => {
    let best: number | null = null;
    let least = REACH;
    points.forEach((point, index) => {
      const away = Math.hypot(x.px(point.x) - left, y.px(point.y) - top);
      if (away < least) [best, least] = [index, away];
    });
    return best;
  };
  const over = (event: PointerEvent): void => {
    const box = host.current!.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    setHeld(nearest(left, top));
    setAt(wordsAt && left >= LEFT && left <= right ? x.value(left) : null);
  };
  const leave = (): void => {
    setHeld(null);
    setAt(null);
  };
  const open = (point: GraphPoint | undefined): void => {
    if (point?.href) goTo(point.href);
    else if (onPlace && at !== null) onPlace(at);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by !== undefined && points.length > 0) {
      event.preventDefault();
      setHeld(Math.max(0, Math.min(points.length - 1, held === null ? (by > 0 ? 0 : points.length - 1) : held + by)));
    } else if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' && held !== null) open(points[held]);
  };
  const point = held === null ? undefined : points[held];
  const words = point?.words ?? (at !== null && wordsAt ? wordsAt(at) : rest);
  const wordsOf = ({ tickText }: GraphAxis, ticks: number[]): string[] =>
    tickText ? ticks.map(tickText) : tickTexts(ticks);
  const texts = { x: wordsOf(spec.x, x.ticks), y: wordsOf(spec.y, y.ticks) };
  return (
    <figure class="panel chart graph">
      <header>
        <h2>{title}</h2>
        <span class="readout" aria-live="off">
          {words}
        </span>
        {children}
      </header>
      <div
        ref={host}
        class={`plot ${point?.href || (onPlace && at !== null) ? 'leads' : ''}`}
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`${title}: ${summary}${points.length > 0 ? ' Arrow keys move from point to point, Enter opens one.' : ''}`}
        tabIndex={0}
        onKeyDown={onKey}
        onPointerMove={over}
        onPointerLeave={leave}
        onBlur={leave}
        onClick={() => open(point)}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <clipPath id={id}>
              <rect x={LEFT} y={TOP - 2} width={right - LEFT} height={bottom - TOP + 4} />
            </clipPath>
            {x.ticks.map((tick, i) => (
              <g key={`x${tick}`}>
                <line class="grid" x1={x.px(tick)} x2={x.px(tick)} y1={TOP} y2={bottom} />
                <text class="tick" x={x.px(tick)} y={bottom + 15} text-anchor="middle">
                  {texts.x[i]}
                </text>
              </g>
            ))}
            {y.ticks.map((tick, i) => (
              <g key={`y${tick}`}>
                <line class="grid" x1={LEFT} x2={right} y1={y.px(tick)} y2={y.px(tick)} />
                <text class="tick" x={LEFT - 6} y={y.px(tick) + 4} text-anchor="end">
                  {texts.y[i]}
                </text>
              </g>
            ))}
            <text class="axis-name" x={(LEFT + right) / 2} y={height - 6} text-anchor="middle">
              {spec.x.label}
            </text>
            <text class="axis-name" transform={`translate(12 ${(TOP + bottom) / 2}) rotate(-90)`} text-anchor="middle">
              {spec.y.label}
            </text>
            <g clip-path={`url(#${id})`}>
              {spec.marks.map((mark) => (
                <MarkShape key={mark.name} {...{ mark, x, bottom, right }} top={TOP} />
              ))}
              {spec.bands.map((band, i) => (
                <BandShape key={i} {...{ band, x, y }} />
              ))}
              {spec.lines.map((line, i) => (
                <LineShape key={i} {...{ line, x, y }} />
              ))}
              {at !== null && held === null && <line class="cursor" x1={x.px(at)} x2={x.px(at)} y1={TOP} y2={bottom} />}
              {points.map((one, i) => (
                <PointShape key={i} point={one} held={i === held} {...{ x, y }} />
              ))}
              <LineNames lines={spec.lines} {...{ x, y, right }} />
            </g>
          </svg>
        )}
      </div>
    </figure>
  );
}
