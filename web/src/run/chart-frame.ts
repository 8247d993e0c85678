// What all charts of a run share: the axis, what of it is shown, where zooming leads.
import type { ChartSpec } from '../chart/chart-spec.js';
import { countText, sizeText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import type { Axis } from './axis.js';

export interface ChartFrame {
  axis: Axis;
  /** Unzoomed, in x. */
  whole: { from: number; to: number };
  x: ChartSpec['x'];
  /** Charts of one group share their cursor. */
  group: string;
  onZoom: (from: number, to: number) => void;
  onReset: () => void;
}

/** Words for a place on the axis: its step, and the axis's own figure. */
export function placeText({ axis }: ChartFrame, x: number): string {
  const step = `step ${countText(Math.max(0, axis.step(x)))}`;
  switch (axis.name) {
    case 'step':
      return step;
    case 'tokens':
      return `${step} · ${sizeText(x)} tokens`;
    case 'compute':
      return `${step} · ${x.toExponential(2).replace('e+', 'e')} FLOP`;
    case 'time':
      return `${step} · ${timeText(x * 1000)}`;
  }
}
