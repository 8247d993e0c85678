// Notices steps that go on far beyond all before: a counter that was reset, or a log that lacks a stretch.

export interface StepJump {
  from: number;
  to: number;
}

/** Records of the log so far from which a jump can be told from a rhythm that is still to be learnt. */
const LEAST_RECORDS = 50;
/** A jump takes the run to more than so many times its newest step. */
const FAR = 2;

/** Keeps the first jump of a log. */
export class StepJumps {
  first: StepJump | null = null;
  private records = 0;
  private newest = 0;

  take(step: number): void {
    if (this.first === null && this.records >= LEAST_RECORDS && step > FAR * this.newest && this.newest > 0)
      this.first = { from: this.newest, to: step };
    this.records++;
    this.newest = Math.max(this.newest, step);
  }
}
