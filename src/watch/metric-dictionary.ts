// The numbering of a run's metrics: names to columns of the stored rows, in order of first sight.

/** Metric names of one run by index; grows, never changes. */
export class MetricDictionary {
  private readonly index = new Map<string, number>();

  constructor(readonly names: string[]) {
    names.forEach((name, index) => this.index.set(name, index));
  }

  /** Values by index; names not seen before are added. */
  row(metrics: Readonly<Record<string, number>>): (number | null)[] {
    const { names } = this;
    // Of the right length from the start: rows are kept for a while, and a list that grows takes three times the room.
    const values = new Array<number | null>(names.length);
    let count = 0;
    for (const name in metrics) {
      // Nearly every record names its metrics in the order in which they were first seen.
      if (name !== names[count]) return this.unordered(metrics);
      values[count++] = metrics[name]!;
    }
    while (count < values.length) values[count++] = null;
    return values;
  }

  private unordered(metrics: Readonly<Record<string, number>>): (number | null)[] {
    const values: (number | null)[] = this.names.map(() => null);
    for (const name in metrics) {
      const index = this.indexOf(name);
      while (values.length < index) values.push(null);
      values[index] = metrics[name]!;
    }
    return values;
  }

  private indexOf(name: string): number {
    let index = this.index.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.index.set(name, index);
    }
    return index;
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
