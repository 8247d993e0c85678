// Watches the gap between validation and training loss: repeated data flatter the one and ruin the other.
import type { MonitorEvent } from '../monitor-types.js';
import { LevelWatch, levelSize } from './level-watch.js';
import { type Look, deviationsFor, plainEvent } from './plain-event.js';

const TRAIN = 0; // log of the training loss, smoothed
const TRAINED = 1; // values of it
const BEST = 2; // lowest log of the validation loss
const BEST_STEP = 3;
const VALIDATION = 4; // its newest log
const LEVEL = 5;
const WIDTH = 3;
/** Validation losses learnt before the first is compared. */
const LEARNT = 5;
export const GAP_SIZE = LEVEL + levelSize(WIDTH);

/** Training losses that are averaged for the one beside a validation loss. */
const SMOOTH = 32;
/** In log loss: gaps of healthy runs wander this far. */
const LEAST = 0.05;
const DEVIATIONS = 5;
/** How far the validation loss itself must have risen from its best (log loss). */
const RISEN = 0.03;
const SETTLED = 40;

/** Opens where the gap widens and the validation loss rises in absolute terms. */
export class GapWatch {
  private readonly level: LevelWatch;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {
    this.level = new LevelWatch(state, offset + LEVEL, WIDTH, LEARNT);
  }

  /** @param y log of the training loss */
  train(y: number): void {
    const { state, offset: o } = this;
    const count = ++state[o + TRAINED]!;
    state[o + TRAIN]! += (y - state[o + TRAIN]!) / Math.min(count, SMOOTH);
  }

  /** @param value validation loss; @param held whether its own forecast has found it already */
  validate(metric: string, value: number, held: boolean, look: Look): void {
    const { state, offset: o, level } = this;
    if (state[o + TRAINED] === 0) return;
    const v = Math.log(value);
    state[o + VALIDATION] = v;
    level.add(v - state[o + TRAIN]!, look.step);
    const risen = state[o + BEST_STEP]! > 0 ? v - state[o + BEST]! : 0;
    const { excess } = level;
    const least = Math.max(LEAST, deviationsFor(DEVIATIONS, look.settings) * level.spread);
    if (level.open) {
      if (held || excess < least / 2) this.close(metric, value, false, look);
      else if (level.lasted >= SETTLED) this.close(metric, value, true, look);
    } else if (!held && excess > least && risen > RISEN) {
      level.begin(look.step, Math.min(level.onset(least / 2), look.step), look.attempt);
      look.events.push(this.event('opened', metric, value, look.step));
    }
    if (state[o + BEST_STEP] === 0 || v < state[o + BEST]!) {
      state[o + BEST] = v;
      state[o + BEST_STEP] = look.step;
    }
  }

  /** What the validation loss says of a training loss that is better than predicted; null where it follows or is not known. */
  get hint(): string | null {
    const { state, offset: o, level } = this;
    const { excess } = level;
    if (!(excess > Math.max(LEAST, 4 * level.spread))) return null;
    const [best, now] = [state[o + BEST]!, state[o + VALIDATION]!].map((log) => Math.exp(log).toPrecision(4));
    return (
      `the gap between validation and training loss grew by ${(100 * excess).toFixed(0)} %` +
      (now === best ? '' : `: validation ${now} against ${best} at step ${state[o + BEST_STEP]}`)
    );
  }

  get open(): boolean {
    return this.level.open;
  }

  end(metric: string, look: Look): void {
    if (this.level.open) this.close(metric, Math.exp(this.state[this.offset + VALIDATION]!), true, look);
  }

  /** Training begins anew, from scratch. */
  reset(): void {
    this.level.reset();
    this.state.fill(0, this.offset, this.offset + LEVEL);
  }

  private close(metric: string, value: number, settled: boolean, look: Look): void {
    const event = this.event('resolved', metric, value, look.step);
    look.events.push({ ...event, advice: null, outlook: settled ? 'persists' : 'recovers' });
    this.level.end(settled);
  }

  private event(type: MonitorEvent['type'], metric: string, observed: number, step: number): MonitorEvent {
    const { level } = this;
    return plainEvent({
      ...{ type, metric, step, observed, kind: 'divergence', outlook: 'grows' },
      ...{ attempt: level.attempt, startedAtStep: level.startedAt, openedAtStep: level.openedAt },
      sigma: level.excess / level.spread,
      evidence: this.hint === null ? ['validation and training loss close up again'] : [this.hint],
      advice: `Look for repeated data since step ${level.startedAt}, or stop at the best validation loss: the run learns its training data by heart.`,
    });
  }
}
