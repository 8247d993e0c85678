// Reads a family's runs as rows for its laws: finished ones by their smooth end, far ones by their forecast; says who is left out and why.
import { PLAIN_METRIC } from '../../core/laws/metric.js';
import { FLOP_PER_PARAM_TOKEN } from '../../core/laws/run-table.js';
import { tokensAt } from '../../runs/batch-schedule.js';
import type { RunReader, RunSummary, SeriesBucket } from '../../runs/run-reader.js';
import type { LawRow } from './family-law.js';
import { LawMetrics } from './law-metrics.js';

/** A run that a law cannot use, and what it would take. */
export interface LeftOut {
  run: string;
  reason: string;
}

export interface GatheredFamily {
  /** By metric; rows by run id, so that the same data always give the same fit. */
  rows: Map<string, LawRow[]>;
  leftOut: LeftOut[];
  runs: RunSummary[];
}

/** What one run gives: rows by metric, and the metrics whose end lies past their floor. */
interface FoundRows {
  rows: [string, LawRow][];
  past: string[];
}

const NOTHING: FoundRows = { rows: [], past: [] };

/** Share of the steps over which the end of a run is read: the learning rate hardly changes any more. */
const END_SHARE = 0.03;
/** A running run counts from here on: its forecast of the end is then nearly as good as the end. */
const FAR_ENOUGH = 0.8;
const PAGE = 500;

/** Keeps what it read of runs that have ended, so that a family of thousands is read once. */
export class FamilyGatherer {
  private readonly ended = new Map<string, { as: string; found: FoundRows }>();

  constructor(
    private readonly reader: RunReader,
    private readonly metrics = new LawMetrics(),
  ) {}

  async gather(family: string): Promise<GatheredFamily> {
    const runs = await this.runsOf(family);
    const rows = new Map<string, LawRow[]>();
    const leftOut: LeftOut[] = [];
    for (const run of runs) {
      const reason = unusable(run);
      const found = reason === null ? await this.rowsOf(run) : NOTHING;
      if (found.rows.length === 0 && found.past.length === 0)
        leftOut.push({ run: run.id, reason: reason ?? 'has no finite loss at its end, or not its tokens' });
      leftOut.push(...found.past.map((past) => ({ run: run.id, reason: past })));
      for (const [metric, row] of found.rows) rows.set(metric, [...(rows.get(metric) ?? []), row]);
    }
    return { rows, leftOut, runs };
  }

  private async runsOf(family: string): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.reader.list({ family, limit: PAGE, after });
      runs.push(...page.items);
      if (page.next === null) return runs.sort((a, b) => (a.id < b.id ? -1 : 1));
      after = page.next;
    }
  }

  private async rowsOf(run: RunSummary): Promise<FoundRows> {
    if (run.status !== 'finished') return { rows: await this.forecastRows(run), past: [] };
    // A run that was deleted and sent again arrives later, be it of the same length.
    const as = `${run.records} ${run.lastArrival}`;
    const known = this.ended.get(run.id);
    if (known?.as === as) return known.found;
    const found = await this.endRows(run);
    this.ended.set(run.id, { as, found });
    return found;
  }

  private async endRows(run: RunSummary): Promise<FoundRows> {
    const tokens = await this.tokensOf(run);
    if (tokens === null) return NOTHING;
    const found: FoundRows = { rows: [], past: [] };
    for (const metric of this.metrics.among(run.metricNames)) {
      const end = await this.endOf(run, metric);
      if (end === null) continue;
      if (this.metrics.isUsable(metric, end)) found.rows.push([metric, rowOf(run, tokens, end, 'end')]);
      else found.past.push(this.pastFloor(metric, end));
    }
    return found;
  }

  private pastFloor(metric: string, end: number): string {
    const { floor } = this.metrics.of(metric) ?? PLAIN_METRIC;
    const value = Number(end.toPrecision(6));
    return `${metric} ends at ${value}, not short of its floor ${floor}: no law fits that (metrics.${metric} of offcurve.yml sets direction and floor)`;
  }

  private async forecastRows(run: RunSummary): Promise<[string, LawRow][]> {
    const { planned_tokens: planned } = run.metadata;
    const rows: [string, LawRow][] = [];
    for (const { metric, forecast } of (await this.reader.forecasts(run.id)) ?? []) {
      const { at, until, final } = forecast as { at: number; until: number; final: { loss: number } | null };
      const tokens = planned ?? tokensAt(run.metadata, until) ?? null;
      if (final === null || tokens === null || at < FAR_ENOUGH * until) continue;
      if (this.metrics.among([metric]).length === 0 || !this.metrics.isForecast(metric)) continue;
      if (this.metrics.isUsable(metric, final.loss)) rows.push([metric, rowOf(run, tokens, final.loss, 'forecast')]);
    }
    return rows;
  }

  /** The mean over the last steps; of a metric logged seldom, the last stretch that has any. */
  private async endOf(run: RunSummary, metric: string): Promise<number | null> {
    const from = Math.floor((1 - END_SHARE) * run.newestStep);
    const last = await this.buckets(run, metric, from, 100);
    const buckets = last.length > 0 ? last : (await this.buckets(run, metric, 0, 1_000)).slice(-1);
    if (buckets.length === 0 || buckets.some(({ nonfinite }) => nonfinite > 0)) return null;
    const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    const mean = buckets.reduce((sum, bucket) => sum + bucket.mean! * bucket.count, 0) / count;
    return Number.isFinite(mean) ? mean : null;
  }

  private async tokensOf(run: RunSummary): Promise<number | null> {
    const { planned_tokens: planned } = run.metadata;
    const logged = run.metricNames.includes('tokens') ? await this.buckets(run, 'tokens', 0, 100) : [];
    const tokens = logged.at(-1)?.max ?? tokensAt(run.metadata, run.newestStep) ?? planned;
    return tokens !== undefined && tokens > 0 ? tokens : null;
  }

  private async buckets(run: RunSummary, metric: string, from: number, points: number): Promise<SeriesBucket[]> {
    const all = (await this.reader.series(run.id, metric, { from, points })) ?? [];
    return all.filter(({ attempt, count, mean }) => attempt === run.attempt && count > 0 && mean !== null);
  }
}

/** Why a run cannot count for the law, whatever it logged; null where it may. */
function unusable({ status, metadata, newestStep }: RunSummary): string | null {
  if (metadata.params === undefined) return 'params is not announced: send it to training.runs';
  if (status === 'finished') return newestStep < 0 ? 'has no records' : null;
  if (status === 'failed' || status === 'stopped') return `${status} before its end`;
  if (metadata.planned_steps === undefined && metadata.planned_tokens === undefined && metadata.schedule === undefined)
    return 'is running, with no planned end: it counts once it is finished';
  return null;
}

function rowOf(run: RunSummary, tokens: number, loss: number, from: LawRow['from']): LawRow {
  const params = run.metadata.params!;
  return { run: run.id, params, tokens, compute: FLOP_PER_PARAM_TOKEN * params * tokens, loss, from };
}
