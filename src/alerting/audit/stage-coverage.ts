// Coverage of the band by family and by the share of training behind a point: bands that hold on average may fail early.
import type { Coverage } from './interval-coverage.js';

/** Fifths of the planned training, by their ends. */
export const STAGES = [0.2, 0.4, 0.6, 0.8, 1] as const;

const none = (): Coverage => ({ points: 0, below: 0, above: 0 });

export class StageCoverage {
  private readonly families = new Map<string | null, Coverage[]>();

  /** @param share of training behind the point, 0 to 1; what goes on beyond the plan belongs to its last stage */
  add(family: string | null, share: number, value: number, band: { lower: number; upper: number }): void {
    const stage = Math.max(
      0,
      STAGES.findIndex((end) => share <= end),
    );
    const counts = this.families.get(family) ?? STAGES.map(none);
    this.families.set(family, counts);
    const count = counts[share > 1 ? STAGES.length - 1 : stage]!;
    count.points++;
    if (value < band.lower) count.below++;
    else if (value > band.upper) count.above++;
  }

  /** By family, each with its stages in order. */
  get byFamily(): { family: string | null; all: Coverage; stages: Coverage[] }[] {
    return [...this.families]
      .map(([family, stages]) => ({ family, stages, all: sum(stages) }))
      .sort((a, b) => (a.family ?? '').localeCompare(b.family ?? ''));
  }

  get all(): Coverage {
    return sum(this.byFamily.map(({ all }) => all));
  }
}

const sum = (parts: readonly Coverage[]): Coverage =>
  parts.reduce(
    (total, { points, below, above }) => ({
      points: total.points + points,
      below: total.below + below,
      above: total.above + above,
    }),
    none(),
  );
