// Other runs' curves beside the run's own: thin, each with its own dashes and its name at its end.
import { cssColor } from '../ui/theme.js';
import type { OtherTrace } from './chart-spec.js';
import { type Pen, drawable } from './pen.js';

const DASHES: readonly (readonly number[])[] = [[], [5, 3], [2, 2], [8, 2, 2, 2]];

export function drawOthers({ c, x, y, ratio, left, right }: Pen, others: readonly OtherTrace[], log: boolean): void {
  c.strokeStyle = c.fillStyle = cssColor('--text');
  c.font = `600 ${11 * ratio}px system-ui, sans-serif`;
  c.textBaseline = 'bottom';
  others.forEach(({ name, x: xs, y: ys }, index) => {
    c.globalAlpha = 0.7;
    c.lineWidth = ratio;
    c.setLineDash(DASHES[index % DASHES.length]!.map((length) => length * ratio));
    c.beginPath();
    let down = false;
    let last: [number, number] | null = null;
    xs.forEach((at, i) => {
      const value = ys[i];
      if (value == null || !drawable(value, log)) return void (down = false);
      const [px, py] = [x(at), y(value)];
      if (down) c.lineTo(px, py);
      else c.moveTo(px, py);
      down = true;
      if (px >= left && px <= right) last = [px, py];
    });
    c.stroke();
    c.setLineDash([]);
    c.globalAlpha = 1;
    if (last === null) return;
    const [px, py] = last as [number, number];
    const width = c.measureText(name).width;
    c.fillText(name, Math.min(px + 4 * ratio, right - width - 2 * ratio), py - (3 + 12 * (index % 3)) * ratio);
  });
}
