// Which metrics the laws of families are fitted to: losses, and whatever the settings name with its direction and floor.
import { type Metric, PLAIN_METRIC, leftOf } from '../../core/laws/metric.js';
import { LOSSES } from '../metric-names.js';
import { ceilingOf } from '../metric-sense.js';

export class LawMetrics {
  private readonly named: ReadonlyMap<string, Metric>;

  /** @param named by metric, as `metrics` of offcurve.yml has them */
  constructor(named: Readonly<Record<string, Metric>> = {}) {
    this.named = new Map(Object.entries(named));
  }

  /** Those of a run's metrics that have a law. */
  among(names: readonly string[]): string[] {
    return [...new Set([...LOSSES, ...this.named.keys()])].filter((name) => names.includes(name));
  }

  /** Direction and floor; undefined for a loss as it is. */
  of(metric: string): Metric | undefined {
    return this.named.get(metric);
  }

  /** A law is one of logs of what is left to the floor. */
  isUsable(metric: string, value: number): boolean {
    return Number.isFinite(value) && leftOf(this.of(metric) ?? PLAIN_METRIC, value) > 0;
  }

  /** Whether forecasts turn the metric the way its law does: only then may one stand in for the end of a run. */
  isForecast(metric: string): boolean {
    const { direction, floor } = this.of(metric) ?? PLAIN_METRIC;
    const ceiling = ceilingOf(metric);
    return direction === 'lower' ? ceiling === null : ceiling === floor;
  }
}
