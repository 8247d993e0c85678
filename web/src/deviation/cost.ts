// What deviations cost together: each run once, by its dearest deviation, since several of one run are of one loss of time.
import type { Deviation } from '../api/shapes.js';
import { gainOrLoss } from '../format/compute.js';

export interface Cost {
  /** Runs that lost compute; a part has its price where GPUs or dollars are announced. */
  runs: number;
  gpuHours: number | null;
  usd: number | null;
  /** Runs whose loss has no price in dollars. */
  unpriced: number;
}

/** Null where nothing was lost. False alarms cost nothing. */
export function costOf(deviations: readonly Deviation[]): Cost | null {
  const dearest = new Map<string, Deviation>();
  for (const one of deviations) {
    if (one.run === null || one.side === 'better' || one.false_alarm || share(one) === 0) continue;
    const other = dearest.get(one.run);
    if (other === undefined || share(one) > share(other)) dearest.set(one.run, one);
  }
  const lost = [...dearest.values()];
  if (lost.length === 0) return null;
  return {
    runs: lost.length,
    gpuHours: sum(lost, 'gpu_hours'),
    usd: sum(lost, 'usd'),
    unpriced: lost.filter((one) => gainOrLoss(one, 'usd') === null).length,
  };
}

const share = (one: Deviation): number => gainOrLoss(one, 'compute_share')?.value ?? 0;

/** Null where none has it. */
function sum(deviations: readonly Deviation[], unit: 'gpu_hours' | 'usd'): number | null {
  const values = deviations.map((one) => gainOrLoss(one, unit)?.value).filter((value) => value !== undefined);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}
