// From values to pixels, on a linear or a log scale; the range that holds what is drawn.
import { logTicks, roundTicks } from '../chart/ticks.js';
import type { GraphAxis, GraphSpec } from './graph-spec.js';

export interface Scale {
  from: number;
  to: number;
  px: (value: number) => number;
  value: (px: number) => number;
  ticks: number[];
}

/** @param pixels of the first and the last value */
export function scaleOf(
  { log, whole }: GraphAxis,
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
  wanted: number,
): Scale {
  const inner = log ? Math.log : (value: number): number => value;
  const outer = log ? Math.exp : (value: number): number => value;
  const [a, b] = [inner(from), inner(to)];
  const span = b - a || 1;
  return {
    ...{ from, to },
    px: (value) => start + ((inner(value) - a) / span) * (end - start),
    value: (px) => outer(a + ((px - start) / (end - start)) * span),
    ticks: (log ? logTicks : roundTicks)(from, to, wanted).filter((tick) => !whole || Number.isInteger(tick)),
  };
}

const ROOM = 0.05;

function padded(values: readonly number[], { log, range }: GraphAxis): [number, number] {
  if (range) return [range[0], range[1]];
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (usable.length === 0) return log ? [1, 10] : [0, 1];
  const low = usable.reduce((least, value) => Math.min(least, value), Infinity);
  const high = usable.reduce((most, value) => Math.max(most, value), -Infinity);
  if (log) {
    const room = Math.max((high / low) ** ROOM, 1.003);
    return [low / room, high * room];
  }
  const room = (high - low) * ROOM || Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
}

export const xRangeOf = ({ x, lines, bands, points, marks }: GraphSpec): [number, number] =>
  padded(
    [
      ...[...lines, ...bands].flatMap((one) => one.points.map((p) => p.x)),
      ...points.map((p) => p.x),
      ...marks.map((m) => m.at),
    ],
    x,
  );

/** Of what lies within `xs`. Bands count where nothing else is drawn: a wide one must not press the rest flat. */
export function yRangeOf(
  { y, lines, bands, points }: GraphSpec,
  [from, to]: readonly [number, number],
): [number, number] {
  const seen = (x: number): boolean => x >= from * (1 - 1e-9) && x <= to * (1 + 1e-9);
  const values = [
    ...lines.flatMap((line) => line.points.filter((p) => seen(p.x)).map((p) => p.y)),
    ...points.filter((p) => seen(p.x)).flatMap((p) => [p.y, p.lower ?? p.y, p.upper ?? p.y]),
  ];
  return padded(
    values.length > 0 ? values : bands.flatMap((band) => band.points.flatMap((p) => [p.lower, p.upper])),
    y,
  );
}
