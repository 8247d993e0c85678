// What the judge of a difference to a reference asks of the judge of the loss itself.

export interface CurveJudge {
  /** Of the curve in log compute, slow and fast. */
  slopes(): [number, number];
  /** Slope in log time. */
  fall(): number;
  /** Deviation of a single point. */
  deviation(): number;
  /** Whether the run was the reference to the last digit before they parted. */
  twin(): boolean;
  /** What the reference carries at a step, in log loss. */
  carriedAt(step: number): number;
}
