// Follows the level of a quantity that comes as means of blocks: where it used to be, how it scatters, where it is now.
import { SCALE_SIZE, learnScale, scaleAt } from '../robust-scale.js';

const SEEN = 0;
const BASE = 1;
const SPREAD = 2;
const LIFE = SPREAD + SCALE_SIZE; // 0 usual, 1 off its level
const OPENED = LIFE + 1;
const STARTED = LIFE + 2;
const ATTEMPT = LIFE + 3;
const SINCE = LIFE + 4; // blocks since it opened
const RING = LIFE + 5;

/** Blocks that the usual level remembers. */
const MEMORY = 40;
/** Least scatter from block to block: what no two stretches of a run are alike to. */
const LEAST_SPREAD = 0.02;
const CLIP = 3;

/** Numbers of state of a watch that compares the median of its newest `width` blocks. */
export const levelSize = (width: number): number => RING + 2 * width;

const sorted = new Float64Array(8);

/**
 * The newest blocks are compared by their median, so that one or two odd ones (a checkpoint written, an evaluation) are no
 * change of level; the usual level is learnt only from blocks that have left that window.
 */
export class LevelWatch {
  /** Median of the newest blocks; NaN where it has to be taken anew. */
  private median = NaN;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
    private readonly width: number,
    /** Blocks that must have been learnt before a new one is compared. */
    private readonly least: number,
  ) {}

  /** Takes in the value of one block that began at `step`; `usual` false: what goes on is nothing to learn the usual from. */
  add(value: number, step: number, usual = true): void {
    const { state, offset: o, width } = this;
    const place = o + RING + (state[o + SEEN]! % width);
    if (usual && state[o + SEEN]! >= width && state[o + LIFE] === 0) this.learn(state[place]!);
    state[place] = value;
    state[place + width] = step;
    this.median = NaN;
    state[o + SEEN]!++;
    if (state[o + LIFE] === 1) state[o + SINCE]!++;
  }

  private learn(value: number): void {
    const { state, offset: o } = this;
    const count = state[o + SPREAD]! + 1;
    if (count === 1) state[o + BASE] = value;
    const away = value - state[o + BASE]!;
    learnScale(state, o + SPREAD, away, MEMORY);
    const most = CLIP * this.spread;
    state[o + BASE]! += (count < this.least ? away : Math.max(-most, Math.min(most, away))) / Math.min(count, MEMORY);
  }

  get ready(): boolean {
    return this.state[this.offset + SPREAD]! >= this.least;
  }
  get spread(): number {
    return Math.max(LEAST_SPREAD, scaleAt(this.state, this.offset + SPREAD));
  }
  get usual(): number {
    return this.state[this.offset + BASE]!;
  }
  /** Median of the newest blocks. */
  get now(): number {
    if (Number.isNaN(this.median)) this.median = this.medianOfNewest();
    return this.median;
  }

  private medianOfNewest(): number {
    const { state, offset: o, width } = this;
    // By hand: it is asked for with every block, and a typed array's own sort costs more than all else here.
    for (let i = 0; i < width; i++) {
      const value = state[o + RING + i]!;
      let place = i;
      for (; place > 0 && sorted[place - 1]! > value; place--) sorted[place] = sorted[place - 1]!;
      sorted[place] = value;
    }
    return sorted[width >> 1]!;
  }
  /** How far the newest blocks lie above the usual level. */
  get excess(): number {
    return this.ready ? this.now - this.usual : 0;
  }

  get open(): boolean {
    return this.state[this.offset + LIFE] === 1;
  }
  get openedAt(): number {
    return this.state[this.offset + OPENED]!;
  }
  get startedAt(): number {
    return this.state[this.offset + STARTED]!;
  }
  get attempt(): number {
    return this.state[this.offset + ATTEMPT]!;
  }
  /** Blocks since it opened. */
  get lasted(): number {
    return this.state[this.offset + SINCE]!;
  }

  /** First step of the oldest of the newest blocks that lies further than `most` above the usual level. */
  onset(most: number): number {
    const { state, offset: o, width } = this;
    let first = Infinity;
    for (let i = o + RING; i < o + RING + width; i++)
      if (state[i]! - state[o + BASE]! > most) first = Math.min(first, state[i + width]!);
    return first;
  }

  begin(step: number, startedAt: number, attempt: number): void {
    const { state, offset: o } = this;
    state[o + LIFE] = 1;
    state[o + OPENED] = step;
    state[o + STARTED] = startedAt;
    state[o + ATTEMPT] = attempt;
    state[o + SINCE] = 0;
  }

  /** @param settled whether the new level is from now on the usual one */
  end(settled: boolean): void {
    if (settled) this.settle();
    this.state[this.offset + LIFE] = 0;
  }

  /** The level as it is now is the usual one, unless it rose by more than `most`: then that much. */
  settle(most = Infinity): void {
    if (this.ready) this.state[this.offset + BASE] = Math.min(this.now, this.usual + most);
  }

  /** All that is known is of another stretch of training. */
  reset(): void {
    this.state.fill(0, this.offset, this.offset + levelSize(this.width));
    this.median = NaN;
  }
}
