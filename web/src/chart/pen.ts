// What the layers of a chart are drawn with: the canvas, and where values lie on it.
import type uPlot from 'uplot';

export interface Pen {
  u: uPlot;
  c: CanvasRenderingContext2D;
  /** Device pixels per CSS pixel. */
  ratio: number;
  x: (value: number) => number;
  y: (value: number) => number;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const drawable = (value: number, log: boolean): boolean => Number.isFinite(value) && (!log || value > 0);
