// The numbering of a run's metrics: names to columns of the stored rows, in order of first sight.

/** Metric names of one run by index; grows, never changes. */
export class MetricDictionary {
  private readonly index = new Map<string, number>();

  constructor(readonly names: string[]) {
    names.forEach((name, index) => this.index.set(name, index));
  }

  /** Values by index; names not seen before are added. */
  row(metrics: Readonly<Record<string, number>>): (number | null)[] {
    const values: (number | null)[] = new Array<number | null>(this.names.length).fill(null);
    for (const name in metrics) {
      let index = this.index.get(name);
      if (index === undefined) {
        index = this.names.push(name) - 1;
        this.index.set(name, index);
        values.push(null);
      }
      values[index] = metrics[name]!;
    }
    return values;
  }

  /** Values by name, the absent ones left out. */
  named(values: readonly (number | null)[]): Record<string, number> {
    const metrics: Record<string, number> = {};
    values.forEach((value, index) => {
      if (value !== null && value !== undefined) metrics[this.names[index]!] = value;
    });
    return metrics;
  }
}
