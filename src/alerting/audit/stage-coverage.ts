// Coverage of the band by the share of training behind a point: bands that hold on average may fail early.
import { type Coverage, noCoverage, sumCoverage } from './coverage.js';

/** Fifths of the training, by their ends. */
export const STAGES = [0.2, 0.4, 0.6, 0.8, 1] as const;

/**
 * @param end step at which the training ends; null where nothing says
 * @returns place in STAGES, null where the end is unknown; what goes on beyond the end belongs to the last stage
 */
export function stageAt(step: number, end: number | null): number | null {
  if (end === null || !(end > 0)) return null;
  const stage = STAGES.findIndex((share) => step / end <= share);
  return stage < 0 ? STAGES.length - 1 : stage;
}

export class StageCoverage {
  /** In the order of STAGES. */
  readonly stages: readonly Coverage[] = STAGES.map(noCoverage);
  /** Of runs that do not say where they end: they are in no stage. */
  readonly unknown: Coverage = noCoverage();

  /** The counts of one stage, to be added to. */
  at(stage: number | null): Coverage {
    return stage === null ? this.unknown : this.stages[stage]!;
  }

  get all(): Coverage {
    return sumCoverage([...this.stages, this.unknown]);
  }
}

/** Stages by the families of the runs; null for runs of none. */
export class FamilyCoverage {
  private readonly families = new Map<string | null, StageCoverage>();

  of(family: string | null): StageCoverage {
    const found = this.families.get(family) ?? new StageCoverage();
    this.families.set(family, found);
    return found;
  }

  /** By name, runs of no family first. */
  get byFamily(): { family: string | null; coverage: StageCoverage }[] {
    return [...this.families]
      .map(([family, coverage]) => ({ family, coverage }))
      .sort((a, b) => (a.family ?? '').localeCompare(b.family ?? ''));
  }
}
