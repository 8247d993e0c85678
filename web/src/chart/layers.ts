// Draws a chart's layers into uPlot's canvas: marks, bands, curves with their extremes, the forecast's end.
import type uPlot from 'uplot';
import { metricText } from '../format/numbers.js';
import { cssColor } from '../ui/theme.js';
import { type Pen, drawable } from './pen.js';
import { Polyline } from './polyline.js';
import { drawOthers } from './other-traces.js';
import type { BandTrace, ChartSpec, EndPoint, Mark, Trace } from './chart-spec.js';

/** Single points get a dot where they are at least so many CSS pixels apart. */
const DOT_GAP = 5;

/** All layers, clipped to the plot. */
export function drawLayers(u: uPlot, spec: ChartSpec): void {
  const { ctx: c, bbox } = u;
  const ratio = devicePixelRatio;
  const pen: Pen = {
    u,
    c,
    ratio,
    x: (value) => u.valToPos(value, 'x', true),
    y: (value) => u.valToPos(value, 'y', true),
    ...{ top: bbox.top, bottom: bbox.top + bbox.height, left: bbox.left, right: bbox.left + bbox.width },
  };
  c.save();
  c.beginPath();
  c.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  c.clip();
  for (const mark of spec.marks) if (mark.to !== null) drawRegion(pen, mark);
  for (const band of spec.bands) drawBand(pen, band, spec.y.log);
  drawOthers(pen, spec.others ?? [], spec.y.log);
  const traces = spec.traces.toSorted((a, b) => Number(a.newest) - Number(b.newest));
  for (const trace of traces) drawTrace(pen, trace, spec.y.log);
  for (const band of spec.bands) drawMiddle(pen, band, spec.y.log);
  if (spec.end) drawEnd(pen, spec.end);
  drawMarkLines(pen, spec.marks);
  c.restore();
}

const markColor = (look: Mark['look']): string =>
  cssColor(look === 'worse' ? '--mark' : look === 'better' ? '--mark-better' : '--quiet');

function drawRegion({ c, x, top, bottom, right }: Pen, { look, from, to }: Mark): void {
  const start = x(from);
  c.globalAlpha = 0.1;
  c.fillStyle = markColor(look);
  c.fillRect(start, top, Math.max(Math.min(x(to!), right) - start, 2), bottom - top);
  c.globalAlpha = 1;
}

function drawMarkLines(pen: Pen, marks: readonly Mark[]): void {
  const { c, x, top, bottom, left, right, ratio } = pen;
  c.font = `${11 * ratio}px system-ui, sans-serif`;
  c.textAlign = 'left';
  c.textBaseline = 'top';
  // Labels that would lie over one another go a line down.
  const taken: { from: number; to: number; row: number }[] = [];
  for (const { look, from, label } of marks.toSorted((a, b) => a.from - b.from)) {
    const at = Math.round(x(from)) + 0.5;
    if (at < left - 1 || at > right + 1) continue;
    c.strokeStyle = c.fillStyle = markColor(look);
    c.lineWidth = (look === 'worse' || look === 'better' ? 1.5 : 1) * ratio;
    c.setLineDash(
      look === 'attempt' || look === 'now' ? [3 * ratio, 3 * ratio] : look === 'better' ? [6 * ratio, 2 * ratio] : [],
    );
    c.beginPath();
    c.moveTo(at, top);
    c.lineTo(at, bottom);
    c.stroke();
    c.setLineDash([]);
    if (label === '') continue;
    const width = c.measureText(label).width + 8 * ratio;
    const start = at + width > right ? at - width : at + 4 * ratio;
    let row = 0;
    while (taken.some((other) => other.row === row && start < other.to && start + width > other.from)) row++;
    taken.push({ from: start, to: start + width, row });
    if (row < 4) c.fillText(label, start, top + (4 + 14 * row) * ratio);
  }
}

function drawBand({ c, x, y, bottom }: Pen, { look, x: xs, lower, upper }: BandTrace, log: boolean): void {
  if (xs.length < 2 || look === 'before') return;
  c.beginPath();
  xs.forEach((at, i) => {
    const edge = drawable(upper[i]!, log) ? y(upper[i]!) : bottom;
    if (i === 0) c.moveTo(x(at), edge);
    else c.lineTo(x(at), edge);
  });
  for (let i = xs.length - 1; i >= 0; i--) c.lineTo(x(xs[i]!), drawable(lower[i]!, log) ? y(lower[i]!) : bottom);
  c.closePath();
  c.globalAlpha = 0.17;
  c.fillStyle = cssColor(look === 'band' ? '--band' : '--forecast');
  c.fill();
  c.globalAlpha = 1;
}

function drawMiddle({ c, x, y, ratio }: Pen, { look, x: xs, middle }: BandTrace, log: boolean): void {
  c.strokeStyle = cssColor(look === 'forecast' ? '--forecast' : '--text');
  c.globalAlpha = look === 'forecast' ? 1 : 0.65;
  c.lineWidth = (look === 'band' ? 1 : 1.6) * ratio;
  c.setLineDash(look === 'band' ? [] : look === 'before' ? [2 * ratio, 3 * ratio] : [6 * ratio, 4 * ratio]);
  const line = new Polyline(c, look === 'band' ? undefined : Infinity);
  xs.forEach((at, i) => (drawable(middle[i]!, log) ? line.to(x(at), y(middle[i]!)) : line.lift()));
  line.end();
  c.setLineDash([]);
  c.globalAlpha = 1;
}

function drawTrace(pen: Pen, trace: Trace, log: boolean): void {
  const { c, x, y, ratio, top, bottom, left, right } = pen;
  const { x: xs, mean, low, high, count, nonfinite } = trace;
  const color = cssColor('--curve');
  c.strokeStyle = c.fillStyle = color;
  // From the lowest to the highest of every bucket, so that no single point is hidden by a mean.
  c.globalAlpha = trace.newest ? 0.38 : 0.18;
  const room = xs.length > 1 ? (x(xs[xs.length - 1]!) - x(xs[0]!)) / xs.length : 1;
  // Whole pixels, a rectangle each: one path of hundreds of strokes takes a browser without a GPU a hundred times as long.
  const wide = Math.round(Math.max(1, Math.min(6 * ratio, room * 0.8)));
  xs.forEach((at, i) => {
    const [from, to] = [low[i], high[i]];
    if (count[i]! < 2 || from == null || to == null || !drawable(to, log)) return;
    const px = x(at);
    if (px < left - 4 || px > right + 4) return;
    const [a, b] = [y(to), drawable(from, log) ? y(from) : bottom];
    c.fillRect(Math.round(px - wide / 2), a, wide, Math.max(b - a, ratio));
  });
  c.globalAlpha = trace.newest ? 1 : 0.4;
  c.lineWidth = 1.25 * ratio;
  const dots: [number, number][] = [];
  let last = -Infinity;
  let gap = Infinity;
  const line = new Polyline(c);
  xs.forEach((at, i) => {
    const value = mean[i];
    if (value == null || !drawable(value, log)) return line.lift();
    const px = x(at);
    // Out of view but for the neighbours of what is in it.
    if (x(xs[i + 1] ?? at) < left || x(xs[i - 1] ?? at) > right) return line.lift();
    const py = y(value);
    line.to(px, py);
    if (px >= left && px <= right) {
      gap = Math.min(gap, px - last);
      last = px;
      if (count[i] === 1) dots.push([px, py]);
    }
  });
  line.end();
  if (gap >= DOT_GAP * ratio || dots.length < 2)
    for (const [px, py] of dots) {
      c.beginPath();
      c.arc(px, py, 2.2 * ratio, 0, 7);
      c.fill();
    }
  // What is not finite has no place on the scale: a cross at its top.
  c.globalAlpha = 1;
  c.strokeStyle = cssColor('--mark');
  c.lineWidth = 1.5 * ratio;
  const size = 3.5 * ratio;
  xs.forEach((at, i) => {
    if (nonfinite[i] === 0) return;
    const [px, py] = [x(at), top + 24 * ratio];
    c.beginPath();
    c.moveTo(px - size, py - size);
    c.lineTo(px + size, py + size);
    c.moveTo(px - size, py + size);
    c.lineTo(px + size, py - size);
    c.stroke();
  });
}

function drawEnd({ c, x, y, ratio, right, top }: Pen, { x: at, value, lower, upper }: EndPoint): void {
  const px = Math.min(x(at), right - 4 * ratio);
  if (px < 0 || x(at) > right + 2) return;
  c.strokeStyle = c.fillStyle = cssColor('--forecast');
  c.lineWidth = 1.6 * ratio;
  c.beginPath();
  c.moveTo(px, y(lower));
  c.lineTo(px, y(upper));
  for (const edge of [lower, upper]) {
    c.moveTo(px - 4 * ratio, y(edge));
    c.lineTo(px + 4 * ratio, y(edge));
  }
  c.stroke();
  c.beginPath();
  c.arc(px, y(value), 3.2 * ratio, 0, 7);
  c.fill();
  c.font = `600 ${12 * ratio}px system-ui, sans-serif`;
  c.textAlign = 'right';
  c.textBaseline = 'bottom';
  c.fillText(metricText(value), px - 8 * ratio, Math.max(y(upper) - 2 * ratio, top + 16 * ratio));
  c.textAlign = 'left';
}
