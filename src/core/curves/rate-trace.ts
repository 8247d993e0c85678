// A learning rate as it was logged, step by step, kept in bounded memory and read at any step.

/** Most places kept. When they are full every second one is dropped: straight stretches lose nothing by it. */
const MOST = 8_192;

/** Steps and rates of a log, joined by straight lines. */
export class RateTrace {
  private steps: number[] = [];
  private rates: number[] = [];
  private spacing = 0;

  /** Adds a logged rate. Steps that go back (a restart) write over what was there; rates that are not finite are left out. */
  add(step: number, rate: number): void {
    if (!Number.isFinite(rate) || rate < 0) return;
    while (this.steps.length > 0 && this.steps.at(-1)! >= step) {
      this.steps.pop();
      this.rates.pop();
    }
    if (this.steps.length > 0 && step - this.steps.at(-1)! < this.spacing) return;
    this.steps.push(step);
    this.rates.push(rate);
    if (this.steps.length < MOST) return;
    this.steps = this.steps.filter((_, i) => i % 2 === 0);
    this.rates = this.rates.filter((_, i) => i % 2 === 0);
    this.spacing = (this.steps.at(-1)! - this.steps[0]!) / this.steps.length;
  }

  /** Whether any rate above 0 was logged; a column of zeros says nothing. */
  get known(): boolean {
    return this.rates.some((rate) => rate > 0);
  }

  /** Whether there was a column at all. */
  get logged(): boolean {
    return this.rates.length > 0;
  }

  /** Rate at `step`; level before the first and behind the last that was logged, NaN without any. */
  at(step: number): number {
    const { steps, rates } = this;
    let high = steps.length - 1;
    if (high < 0) return NaN;
    if (step <= steps[0]!) return rates[0]!;
    if (step >= steps[high]!) return rates[high]!;
    let low = 0;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (steps[middle]! <= step) low = middle;
      else high = middle;
    }
    const share = (step - steps[low]!) / (steps[high]! - steps[low]!);
    return rates[low]! + share * (rates[high]! - rates[low]!);
  }
}
