// Watches one metric for values that are no numbers: raw evidence that needs no forecast.
import type { MonitorEvent } from './monitor-types.js';

const RUNNING = 0; // bad values in a row
const OPEN = 1;
const OPENED = 2;
const STARTED = 3;
const GOOD = 4; // finite values since
const ATTEMPT = 5;
export const NON_FINITE_SIZE = 6;

/** A single bad value is a gap in the log; two in a row are a loss that has left the numbers. */
const LEAST = 2;
const HEALED_AFTER = 20;
const ADVICE = 'Stop and go back to the last checkpoint before it: weights that gave NaN stay NaN.';

/** Opens at the second value in a row that is not finite, and is over after twenty finite ones. */
export class NonFiniteWatch {
  constructor(
    private readonly metric: string,
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  bad(value: number, step: number, attempt: number, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    state[o + GOOD] = 0;
    const open = state[o + OPEN] === 1;
    if (++state[o + RUNNING]! === 1 && !open) state[o + STARTED] = step;
    if (open || state[o + RUNNING]! < LEAST) return;
    state[o + OPEN] = 1;
    state[o + OPENED] = step;
    state[o + ATTEMPT] = attempt;
    events.push(this.event('opened', step, value));
  }

  good(value: number, step: number, events: MonitorEvent[]): void {
    const { state, offset: o } = this;
    state[o + RUNNING] = 0;
    if (state[o + OPEN] === 1 && ++state[o + GOOD]! >= HEALED_AFTER) this.close(value, step, events);
  }

  close(value: number, step: number, events: MonitorEvent[]): void {
    if (this.state[this.offset + OPEN] !== 1) return;
    events.push(this.event('resolved', step, value));
    this.state[this.offset + OPEN] = 0;
  }

  private event(type: MonitorEvent['type'], step: number, observed: number): MonitorEvent {
    const { state, offset: o } = this;
    return {
      type,
      key: `${this.metric}/${state[o + ATTEMPT]}/${state[o + OPENED]}`,
      metric: this.metric,
      kind: 'non-finite',
      side: 'worse',
      attempt: state[o + ATTEMPT]!,
      step,
      startedAtStep: state[o + STARTED]!,
      openedAtStep: state[o + OPENED]!,
      expected: null,
      expectedLower: null,
      expectedUpper: null,
      observed,
      sigma: null,
      computeShare: null,
      evidence: [`${LEAST} values in a row that are not finite, the first at step ${state[o + STARTED]}`],
      advice: type === 'opened' ? ADVICE : null,
      outlook: type === 'resolved' ? 'recovers' : 'persists',
    };
  }
}
