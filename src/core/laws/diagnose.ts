// What a fit's residuals show, which runs pull it most, and how far it may be trusted.
import { mean } from '../math/quantile.js';
import type { Diagnostics } from './law-document.js';
import { type Place, type RunTable, placeOf, rowsOf } from './run-table.js';

const SHOWN = 5;

/** Row numbers count from 1, as the table's data rows do. */
export function residualsOf(table: RunTable, logLoss: (place: Place) => number): Diagnostics['residuals'] {
  const residuals = Float64Array.from(
    { length: rowsOf(table) },
    (_, row) => Math.log(table.loss[row]!) - logLoss(placeOf(table, row)),
  );
  const order = [...residuals.keys()].sort((i, j) => Math.abs(residuals[j]!) - Math.abs(residuals[i]!));
  return {
    rms: Math.sqrt(mean(residuals.map((r) => r * r))),
    largest: order.slice(0, SHOWN).map((row) => ({ row: row + 1, residual: residuals[row]! })),
    ...trendOf(
      table.compute.map((value) => Math.log10(value)),
      residuals,
    ),
  };
}

/** Slope of y by x by least squares, and the slope over its standard error. */
function trendOf(x: Float64Array, y: Float64Array): { trend: number; trend_z: number } {
  const n = x.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - mx) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
  }
  if (n < 3 || xx === 0) return { trend: 0, trend_z: 0 };
  const slope = xy / xx;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += (y[i]! - my - slope * (x[i]! - mx)) ** 2;
  const error = Math.sqrt(rest / (n - 2) / xx);
  return { trend: slope, trend_z: error > 0 ? slope / error : 0 };
}

/** Rows that are tried alone: those whose residual or place is most out of the way. */
const TRIED = 60;

/**
 * The rows without which the law would move most at a far place.
 * @param without ln L at that place of a fit in which a row does not count
 */
export function influentialRows(
  table: RunTable,
  logLoss: (place: Place) => number,
  whole: number,
  without: (weights: Float64Array) => number,
): Diagnostics['influential'] {
  const rows = rowsOf(table);
  if (rows < 3) return [];
  const size = residualSizes(table, logLoss);
  const order = [...size.keys()].sort((i, j) => size[j]! - size[i]!).slice(0, TRIED);
  return order
    .map((row) => {
      const weights = new Float64Array(rows).fill(1);
      weights[row] = 0;
      return { row: row + 1, shift: without(weights) - whole };
    })
    .filter(({ shift }) => Number.isFinite(shift))
    .sort((one, other) => Math.abs(other.shift) - Math.abs(one.shift))
    .slice(0, SHOWN);
}

/** Residual times distance from the middle of the table, a stand-in for influence. */
function residualSizes(table: RunTable, logLoss: (place: Place) => number): Float64Array {
  const logs = table.compute.map(Math.log);
  const middle = mean(logs);
  const width = Math.sqrt(mean(logs.map((v) => (v - middle) ** 2))) || 1;
  return logs.map(
    (value, row) =>
      Math.abs(Math.log(table.loss[row]!) - logLoss(placeOf(table, row))) * (0.3 + Math.abs(value - middle) / width),
  );
}
