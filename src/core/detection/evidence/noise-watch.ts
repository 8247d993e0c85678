// Watches how much a metric scatters from one point to the next: evidence that needs no forecast.
import type { MonitorEvent } from '../monitor-types.js';
import { LevelWatch, levelSize } from './level-watch.js';
import { type Look, deviationsFor, plainEvent } from './plain-event.js';

const LAST = 0; // log of the value before
const HAS_LAST = 1;
const COUNT = 2; // differences in the block
const SUM = 3;
const BEGAN = 4; // step of the block's first difference
const SKIPPED = 5;
const HELD = 6;
const MOST_AT = 7; // what a difference counts for at most
/** Blocks learnt before the first is compared. */
const LEARNT = 8;
const EXPLAINED = 8; // how much more scatter, in logs, changes of the batch explain that are not settled yet
const UNSETTLED = 9; // blocks until they are
const LEVEL = 10;
const WIDTH = 5;
export const NOISE_SIZE = LEVEL + levelSize(WIDTH);

/** Differences a block. */
const BLOCK = 32;
/** The first fall of a loss is no noise. */
const FIRST = 100;
/** A difference counts for no more than this many times the usual one: spikes are news of their own. */
const MOST = 4;
/** Healthy runs whose data come in stretches scatter up to half as much more in some. */
const LEAST = Math.log(1.5);
const DEVIATIONS = 3;
/** Blocks after which the new scatter is the usual one. */
const SETTLED = 60;
const ADVICE =
  'Compare batch size, data mix and number of ranks that are averaged with what they were: each makes the loss scatter more.';

export class NoiseWatch {
  private readonly level: LevelWatch;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.level = new LevelWatch(state, offset + LEVEL, WIDTH, LEARNT);
  }

  /**
   * @param y log of the value
   * @param held whether the metric is off its curve: what it does there is not its noise
   */
  push(metric: string, y: number, held: boolean, look: Look): void {
    const { state, offset: o } = this;
    const { step } = look;
    const last = state[o + LAST]!;
    state[o + LAST] = y;
    // One cause, one event: what leaves its curve is told as that, and how it scatters there is its new usual.
    if (held && this.level.open) this.close(metric, Math.exp(y), false, look);
    if (!held && state[o + HELD] === 1) this.level.settle();
    state[o + HELD] = held ? 1 : 0;
    if (state[o + HAS_LAST] === 0 || state[o + SKIPPED]! < FIRST) {
      state[o + HAS_LAST] = 1;
      state[o + SKIPPED]!++;
      return;
    }
    if (state[o + COUNT] === 0) {
      state[o + BEGAN] = step;
      state[o + SUM] = 0;
      const { ready, usual, now } = this.level;
      state[o + MOST_AT] = ready ? MOST * Math.exp(Math.max(usual, now)) : Infinity;
    }
    const size = Math.abs(y - last);
    state[o + SUM]! += this.level.ready
      ? Math.min(size, MOST * Math.exp(Math.max(this.level.usual, this.level.now)))
      : size;
    if (++state[o + COUNT]! < BLOCK) return;
    state[o + COUNT] = 0;
    const mean = state[o + SUM]! / BLOCK;
    // A value that is written with few digits, or not updated, does not scatter at all.
    if (!(mean > 1e-9)) return;
    this.level.add(Math.log(mean), state[o + BEGAN]!, !held);
    if (state[o + UNSETTLED]! > 0) this.settle();
    if (!held && state[o + UNSETTLED] === 0) this.look(metric, Math.exp(y), look);
  }

  private look(metric: string, value: number, look: Look): void {
    const { level } = this;
    const { excess } = level;
    const { step, attempt, settings, events } = look;
    if (level.open) {
      if (excess < LEAST / 2) this.close(metric, value, false, look);
      else if (level.lasted >= SETTLED) this.close(metric, value, true, look);
      return;
    }
    const least = Math.max(LEAST, deviationsFor(DEVIATIONS, settings) * level.spread);
    if (!(excess > least)) return;
    level.begin(step, level.onset(least / 2), attempt);
    events.push(this.event('opened', metric, value, step, ADVICE));
  }

  /** How many times the usual it scatters now; 1 where that is not known. */
  get ratio(): number {
    return Math.exp(this.level.excess);
  }
  get open(): boolean {
    return this.level.open;
  }

  end(metric: string, look: Look): void {
    if (this.level.open) this.close(metric, null, true, look);
  }

  /**
   * The batch is planned to be `times` as large from here on. The scatter that is then found is the usual one, as far as the plan
   * explains it: by the root of a batch that shrank.
   */
  batchPlanned(times: number): void {
    const { state, offset: o } = this;
    state[o + EXPLAINED]! += Math.max(0, -0.5 * Math.log(times));
    state[o + UNSETTLED] = WIDTH;
    state[o + COUNT] = 0;
  }

  private settle(): void {
    const { state, offset: o } = this;
    if (--state[o + UNSETTLED]! > 0) return;
    this.level.settle(state[o + EXPLAINED]!);
    state[o + EXPLAINED] = 0;
  }

  /** The next value does not follow the last one. */
  interrupt(): void {
    this.state[this.offset + HAS_LAST] = this.state[this.offset + COUNT] = 0;
  }

  private close(metric: string, value: number | null, settled: boolean, look: Look): void {
    const event = this.event('resolved', metric, value, look.step, null);
    look.events.push({ ...event, outlook: settled ? 'persists' : 'recovers' });
    this.level.end(settled);
  }

  private event(
    type: MonitorEvent['type'],
    metric: string,
    observed: number | null,
    step: number,
    advice: string | null,
  ): MonitorEvent {
    const { level, ratio } = this;
    return plainEvent({
      ...{ type, metric, step, observed, advice, kind: 'noisier' },
      ...{ attempt: level.attempt, startedAtStep: level.startedAt, openedAtStep: level.openedAt },
      sigma: level.excess / level.spread,
      evidence: [
        `neighbouring values lie ${ratio.toFixed(2)} times as far apart as before step ${level.startedAt}: ` +
          `${(100 * Math.exp(level.now)).toPrecision(2)} % against ${(100 * Math.exp(level.usual)).toPrecision(2)} %`,
      ],
    });
  }
}
