// The range of y that shows what is in view: data, bands and the forecast's end, with a little room.
import type { ChartSpec } from './chart-spec.js';

/** The first steps of a training fall from far above; unzoomed, the scale leaves this share of the axis out of account. */
const OPENING = 0.015;

export function yRange(spec: ChartSpec, whole: { from: number; to: number }): [number, number] {
  if (spec.y.fixed) return spec.y.fixed;
  const { from, to, log } = spec.x;
  const unzoomed = from <= whole.from && !log;
  const start = unzoomed ? from + OPENING * (to - from) : from;
  let low = Infinity;
  let high = -Infinity;
  const take = (value: number | null | undefined): void => {
    if (value == null || !Number.isFinite(value) || (spec.y.log && value <= 0)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  const visit = (first: number): void => {
    for (const { x, low: lows, high: highs, mean } of spec.traces)
      x.forEach((at, i) => {
        if (at < first || at > to) return;
        take(lows[i] ?? mean[i]);
        take(highs[i] ?? mean[i]);
      });
  };
  visit(start);
  if (low === Infinity) visit(-Infinity);
  for (const { x, y } of spec.others ?? [])
    x.forEach((at, i) => {
      if (at >= start && at <= to) take(y[i]);
    });
  // A forecast far off its data must not press these flat.
  const [dataLow, dataHigh] = [low, high];
  for (const { x, lower, upper } of spec.bands)
    x.forEach((at, i) => {
      if (at < start || at > to) return;
      take(
        Math.max(lower[i]!, dataLow === Infinity ? -Infinity : dataLow - 2 * (dataHigh - dataLow || Math.abs(dataLow))),
      );
      take(
        Math.min(
          upper[i]!,
          dataHigh === -Infinity ? Infinity : dataHigh + 0.5 * (dataHigh - dataLow || Math.abs(dataHigh)),
        ),
      );
    });
  if (spec.end && spec.end.x <= to) [spec.end.lower, spec.end.upper].forEach(take);
  if (low === Infinity) return spec.y.log ? [0.1, 1] : [0, 1];
  if (spec.y.log) {
    const room = Math.max((high / low) ** 0.06, 1.002);
    return [low / room, high * room];
  }
  const room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
}
