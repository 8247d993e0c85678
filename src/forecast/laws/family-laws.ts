// Keeps the laws of families fitted: what wakes a refit, when it is done, and what becomes of it.
import { createHash } from 'node:crypto';
import { LawError } from '../../core/laws/law-error.js';
import type { Metric } from '../../core/laws/metric.js';
import type { RunReader } from '../../runs/run-reader.js';
import { compareVersions } from './compare-versions.js';
import type { FamilyLaw, LawRow } from './family-law.js';
import { FamilyGatherer, type GatheredFamily } from './gather-rows.js';
import type { LawMetrics } from './law-metrics.js';
import type { LawFitter, LawStore, OffLawRun } from './law-store.js';

/** Runs that end together, as those of a sweep do, give one refit. */
const QUIET_MS = 1_000;
/** A family in which something always happens is refitted this often all the same. */
const PATIENCE_MS = 5_000;
/** `auto` has four parameters at least: fewer runs carry no law. */
export const LEAST_RUNS = 4;

/** All runs of a family that lie off the law of its others, as its runs stand. */
export interface OffLawNews {
  family: string;
  metric: string;
  runs: OffLawRun[];
}

export interface FamilyLawsParts {
  store: LawStore;
  reader: RunReader;
  fitter: LawFitter;
  metrics: LawMetrics;
  codeVersion: string;
  /** Called with each new version that this instance wrote. */
  told: (law: FamilyLaw) => void;
  failed: (family: string, error: unknown) => void;
  clock: () => number;
}

/**
 * One refit at a time in this process. Several instances may fit the same data; the version's number is taken by one of
 * them, the others find it there and drop theirs.
 */
export class FamilyLaws {
  private readonly waiting = new Map<string, { timer: NodeJS.Timeout; since: number }>();
  private working: Promise<void> = Promise.resolve();
  private stopped = false;
  /** Digest of the data that were judged last, by family and metric. */
  private readonly judged = new Map<string, string>();
  private followOffLaw: (news: OffLawNews) => Promise<void> = async () => undefined;
  private readonly gatherer: FamilyGatherer;

  constructor(private readonly parts: FamilyLawsParts) {
    this.gatherer = new FamilyGatherer(parts.reader, parts.metrics);
  }

  /** What ended while no instance was there to see it is fitted now. */
  async start(): Promise<void> {
    for (const { family } of await this.parts.store.families()) this.note(family);
  }

  /** @param follow told of all runs off their law, again and again while they are */
  onOffLaw(follow: (news: OffLawNews) => Promise<void>): void {
    this.followOffLaw = follow;
  }

  /** Something of the family changed that its laws may lean on. */
  note(family: string): void {
    if (this.stopped) return;
    const now = this.parts.clock();
    const before = this.waiting.get(family);
    const since = before?.since ?? now;
    if (before) clearTimeout(before.timer);
    const wait = Math.max(0, Math.min(QUIET_MS, since + PATIENCE_MS - now));
    const timer = setTimeout(() => this.begin(family), wait);
    this.waiting.set(family, { timer, since });
  }

  /** Ends what waits; resolves when the refit in hand is through. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    await this.working;
    await this.parts.fitter.close();
  }

  /** The family's runs as its laws see them now. */
  gather(family: string): Promise<GatheredFamily> {
    return this.gatherer.gather(family);
  }

  /** Refits whatever metric has other data than its newest version. */
  async refit(family: string): Promise<void> {
    const { store } = this.parts;
    const { rows } = await this.gatherer.gather(family);
    const newest = new Map((await store.newest(family)).map((law) => [law.metric, law]));
    for (const [metric, of] of rows) await this.refitMetric(family, metric, of, newest.get(metric) ?? null);
  }

  private begin(family: string): void {
    this.waiting.delete(family);
    this.working = this.working
      .then(() => (this.stopped ? undefined : this.refit(family)))
      .catch((error: unknown) => this.parts.failed(family, error));
  }

  private async refitMetric(family: string, metric: string, rows: LawRow[], before: FamilyLaw | null): Promise<void> {
    const digest = digestOf(rows, this.parts.codeVersion, this.parts.metrics.of(metric));
    if (rows.length < LEAST_RUNS) return;
    if (digest !== before?.digest && !(await this.write(family, metric, rows, before, digest))) return;
    await this.judgeRuns(family, metric, rows, digest);
  }

  /** False where the table carries no law yet. */
  private async write(
    family: string,
    metric: string,
    rows: LawRow[],
    before: FamilyLaw | null,
    digest: string,
  ): Promise<boolean> {
    const { store, fitter, metrics, codeVersion, told, clock } = this.parts;
    const document = await fitter.fit({ rows, metric: metrics.of(metric) }).catch(noLaw);
    if (document === null) return false;
    const law: FamilyLaw = {
      ...{ family, metric, codeVersion, digest, rows, document },
      version: (before?.version ?? 0) + 1,
      changes: compareVersions(before, document, rows),
      createdAt: clock(),
    };
    if (await store.add(law)) told(law);
    // Whoever was first may have seen older data.
    else this.note(family);
    return true;
  }

  /**
   * The law is there first: the judgement takes longer. Each process judges the newest data once, so that a crash in
   * between loses nothing; the same judgement again changes nothing.
   */
  private async judgeRuns(family: string, metric: string, rows: LawRow[], digest: string): Promise<void> {
    const key = JSON.stringify([family, metric]);
    if (this.judged.get(key) === digest) return;
    const { fitter, metrics } = this.parts;
    await this.followOffLaw({ family, metric, runs: await fitter.offLaw({ rows, metric: metrics.of(metric) }) });
    this.judged.set(key, digest);
  }
}

/** A table that cannot carry a law yet (sizes that never varied) is nothing that failed: the family says what is missing. */
function noLaw(error: unknown): null {
  if (error instanceof LawError) return null;
  throw error;
}

/** Of all that a law is made from; the floor of a metric is part of it. */
export const digestOf = (rows: readonly LawRow[], codeVersion: string, metric?: Metric): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        codeVersion,
        rows.map(({ run, params, tokens, loss }) => [run, params, tokens, loss]),
        ...(metric ? [metric.direction, metric.floor] : []),
      ]),
    )
    .digest('hex');
