// Whether a learning rate rose again after it had fallen, or the batch changed: for a while the loss still answers to it.

const LOWEST = 0; // rate since it was last near its peak
const ROSE = 1; // travelled where it rose again, or the batch changed; 0 where neither did
export const RATE_RISE_SIZE = 2;

/** A rate below this share of its peak has fallen; it rises again once it is so many times its lowest. */
const FALLEN = 0.5;
const RISEN = 1.5;
const NEAR_PEAK = 0.9;
const LEAST_RATE = 0.02;
/** Share of what was travelled within which the loss still answers. */
const ANSWERS = 0.1;

export class RateRise {
  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  /** The first rate that is told. */
  begin(rate: number): void {
    this.state[this.offset + LOWEST] = rate;
  }

  /** @param before the rate a step earlier */
  follow(rate: number, before: number, peak: number, travelled: number): void {
    const { state, offset: o } = this;
    if (rate >= NEAR_PEAK * peak) state[o + LOWEST] = rate;
    else if (rate < state[o + LOWEST]!) state[o + LOWEST] = rate;
    const lowest = state[o + LOWEST]!;
    if (rate > before && lowest < FALLEN * peak && rate > Math.max(RISEN * lowest, LEAST_RATE * peak))
      this.rose(travelled);
  }

  /** As after a rate that rose again, how far the loss follows is not known yet. */
  rose(travelled: number): void {
    this.state[this.offset + ROSE] = travelled;
  }

  /** The run goes back: a rate that is higher there did not rise, and a rise that is undone is none. */
  rewind(peak: number, travelled: number): void {
    const { state, offset: o } = this;
    state[o + LOWEST] = peak;
    if (state[o + ROSE]! > travelled) state[o + ROSE] = 0;
  }

  answersAt(travelled: number): boolean {
    const rose = this.state[this.offset + ROSE]!;
    return rose > 0 && travelled < (1 + ANSWERS) * rose;
  }
}
