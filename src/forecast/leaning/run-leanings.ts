// Gathers what a run can lean on beyond the corpus: finished runs of one's own and of its family, and the family's law.
import { type Metric, inMetric } from '../../core/laws/metric.js';
import { type Prediction, predict } from '../../core/laws/predict.js';
import { tokensAt } from '../../runs/batch-schedule.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { LawStore } from '../laws/law-store.js';
import { LOSSES } from '../metric-names.js';
import { ceilingOf } from '../metric-sense.js';
import { plannedEnd } from '../rate-plan.js';
import type { Leanings } from '../run-forecaster.js';
import type { FinishedRuns } from './finished-runs.js';
import { type LawWord, leaningOn } from './leaning-on.js';

/** Curves that a run is held against, and fits that make the kind of one's own runs. */
const MOST = { family: 12, own: 200 };
/** Of the law's interval. */
const LEVEL = 0.9;

/** The run that is to be forecast. */
export interface LeaningRun {
  id: string;
  metadata: RunMetadata;
  metricNames: readonly string[];
}

export class RunLeanings {
  constructor(
    private readonly finished: FinishedRuns,
    private readonly laws: Pick<LawStore, 'newest'>,
  ) {}

  /** By metric; one that nothing is known of is left out. */
  async of(run: LeaningRun): Promise<Leanings> {
    const { id, metadata, metricNames } = run;
    const { family = null, project = null, watch } = metadata;
    const asker = { id, family, project };
    const names = watch && watch.length > 0 ? watch : LOSSES;
    const leanings: Record<string, Leanings[string]> = {};
    for (const metric of names) {
      if (!metricNames.includes(metric)) continue;
      const near = await this.finished.ofFamily(asker, metric, MOST.family);
      const own = await this.finished.others(asker, metric, MOST.own);
      const law = await this.lawWord(run, metric);
      if (near.length === 0 && own.length === 0 && law === null) continue;
      const name = family === null ? 'finished runs of the project' : `family ${family}`;
      leanings[metric] = leaningOn({ own, family: { name, runs: near }, law });
    }
    return leanings;
  }

  private async lawWord({ id, metadata }: LeaningRun, metric: string): Promise<LawWord | null> {
    const { family, params } = metadata;
    const tokens = plannedTokens(metadata);
    if (family === undefined || params === undefined || tokens === null) return null;
    const law = (await this.laws.newest(family)).find((one) => one.metric === metric);
    // A law that this run's own forecast went into would only say that again.
    if (!law || law.rows.some(({ run }) => run === id)) return null;
    const end = asForecast(metric, law.document.metric, predict(law.document, { params, tokens }, LEVEL));
    if (end === null) return null;
    const { loss, lower, upper } = end;
    const isUsable = lower > 0 && upper > lower && Number.isFinite(upper);
    return isUsable ? { family, version: law.version, loss, lower, upper } : null;
  }
}

/** What a law says, as the number that is forecast: what is left to a ceiling where the metric has one. */
function asForecast(metric: string, sense: Metric | undefined, said: Prediction): Prediction | null {
  const ceiling = ceilingOf(metric);
  if (ceiling === null) return inMetric(sense, said);
  return sense?.direction === 'higher' && sense.floor === ceiling ? said : null;
}

function plannedTokens(metadata: RunMetadata): number | null {
  if (metadata.planned_tokens !== undefined) return metadata.planned_tokens;
  const end = plannedEnd(metadata);
  return end === null ? null : (tokensAt(metadata, end) ?? null);
}
