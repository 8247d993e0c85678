// Watches how long a step takes: by the run's own step time or throughput where it logs one, else by the times of its records.
import type { MonitorEvent } from '../monitor-types.js';
import { LevelWatch, levelSize } from './level-watch.js';
import { type Look, deviationsFor, plainEvent } from './plain-event.js';

const COUNT = 0; // points in the block
const SUM = 1; // of logs of the logged step time
const BEGAN = 2; // step at the block's begin
const TIME = 3; // seconds at its begin
const TOKENS = 4; // at its begin; NaN where not logged
const USUAL_TOKENS = 5; // a step, of the newest block
const LOST = 6; // seconds beyond the usual since the onset
const SECONDS = 7; // from block to block, of the newest window
/** Blocks learnt before the first is compared. */
const LEARNT = 8;
const LEVEL = 8;
const WIDTH = 5;
export const PACE_SIZE = LEVEL + levelSize(WIDTH);

const BLOCK = 16;
/** Slower than this is worth a word. */
const LEAST = Math.log(1.3);
const DEVIATIONS = 3.5;
/** What lasts no longer than this is no news, however slow (s). */
const LEAST_SECONDS = 120;
const SETTLED = 120;
const BAND = 1.645;
const ADVICE =
  'Look for a slow machine or link, data loading that cannot keep up, and what else shares the machines: the loss by step is not touched, its time is.';

/** Means of blocks of 16 points, per token where tokens are logged, so that a larger batch is not taken for a slow machine. */
export class PaceWatch {
  private readonly level: LevelWatch;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.level = new LevelWatch(state, offset + LEVEL, WIDTH, LEARNT);
  }

  /**
   * @param time milliseconds since the epoch
   * @param logged a step time in seconds, or the reciprocal of a throughput (`perToken`); NaN: none
   * @param tokens seen so far; NaN where not logged
   */
  push(metric: string, time: number, logged: number, perToken: boolean, tokens: number, look: Look): void {
    const { state, offset: o } = this;
    const { step } = look;
    if (state[o + COUNT] === 0) return this.beginBlock(step, time, tokens);
    state[o + SUM]! += logged > 0 ? Math.log(logged) : NaN;
    if (state[o + COUNT]!++ < BLOCK) return;
    const steps = step - state[o + BEGAN]!;
    const seconds = (time - state[o + TIME]!) / 1000;
    const grown = tokens - state[o + TOKENS]!;
    const began = state[o + BEGAN]!;
    const perStep = grown > 0 ? grown / steps : 1;
    const timed = !Number.isNaN(state[o + SUM]!);
    const mean = !timed
      ? Math.log(seconds / steps / perStep)
      : state[o + SUM]! / BLOCK - (perToken ? 0 : Math.log(perStep));
    this.beginBlock(step, time, tokens);
    // Records that came all at once, or times that go back, tell nothing.
    if (!(steps > 0) || !Number.isFinite(mean)) return;
    state[o + USUAL_TOKENS] = perStep;
    const own = Math.exp(mean) * perStep * steps;
    // A logged step time is more to the point than when its record was sent; a throughput may be of samples.
    const wall = seconds > 0 && (perToken || !timed) ? seconds : own;
    state[o + SECONDS] = state[o + SECONDS]! * (1 - 1 / WIDTH) + wall;
    this.level.add(mean, began);
    if (this.level.open) state[o + LOST]! += wall * (1 - Math.exp(this.level.usual - mean));
    this.look(metric, perToken, look);
  }

  private beginBlock(step: number, time: number, tokens: number): void {
    const { state, offset: o } = this;
    state[o + COUNT] = 1;
    state[o + SUM] = 0;
    state[o + BEGAN] = step;
    state[o + TIME] = time;
    state[o + TOKENS] = tokens;
  }

  /** The next record does not follow the last one. */
  interrupt(): void {
    this.state[this.offset + COUNT] = 0;
  }

  private look(metric: string, perToken: boolean, look: Look): void {
    const { level, state, offset: o } = this;
    const { excess } = level;
    const { step, attempt, settings, events } = look;
    if (level.open) {
      if (excess < LEAST / 2) this.close(metric, perToken, false, look);
      else if (level.lasted >= SETTLED) this.close(metric, perToken, true, look);
      return;
    }
    const least = Math.max(LEAST, deviationsFor(DEVIATIONS, settings) * level.spread);
    if (!(excess > least) || state[o + SECONDS]! < LEAST_SECONDS) return;
    level.begin(step, level.onset(least / 2), attempt);
    state[o + LOST] = state[o + SECONDS]! * (1 - Math.exp(-excess));
    events.push(this.event('opened', metric, perToken, step));
  }

  /** How many times as long as usual a step's tokens take now; 1 where that is not known. */
  get ratio(): number {
    return Math.exp(this.level.excess);
  }
  /** First step of the newest blocks that differ from the usual as the newest do. */
  get since(): number {
    return this.level.onset(Math.min(this.level.excess, LEAST) / 2);
  }

  end(metric: string, perToken: boolean, look: Look): void {
    if (this.level.open) this.close(metric, perToken, true, look);
  }

  private close(metric: string, perToken: boolean, settled: boolean, look: Look): void {
    const event = this.event('resolved', metric, perToken, look.step);
    look.events.push({ ...event, advice: null, outlook: settled ? 'persists' : 'recovers' });
    this.level.end(settled);
  }

  private event(type: MonitorEvent['type'], metric: string, perToken: boolean, step: number): MonitorEvent {
    const { level, state, offset: o } = this;
    // Back to the unit that a reader knows: seconds a step, or what the run logs a second.
    const shown = (pace: number): number => (perToken ? Math.exp(-pace) : Math.exp(pace) * state[o + USUAL_TOKENS]!);
    const [one, other] = [-1, 1].map((side) => shown(level.usual + side * BAND * level.spread)).sort((a, b) => a - b);
    const minutes = state[o + LOST]! / 60;
    return plainEvent({
      ...{ type, metric, step, kind: 'slow', advice: ADVICE, observed: shown(level.now), expected: shown(level.usual) },
      ...{ attempt: level.attempt, startedAtStep: level.startedAt, openedAtStep: level.openedAt },
      ...{ expectedLower: one!, expectedUpper: other! },
      sigma: ((perToken ? -1 : 1) * level.excess) / level.spread,
      evidence: [
        `the same work takes ${this.ratio.toFixed(2)} times as long as before step ${level.startedAt}; ` +
          `${minutes < 120 ? `${minutes.toFixed(0)} minutes` : `${(minutes / 60).toFixed(1)} hours`} lost so far`,
      ],
    });
  }
}
