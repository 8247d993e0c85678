// Reads runs and their points for the page and the HTTP interface; renames and deletes them.
import { CursorError } from '../../runs/cursor-error.js';
import type { ContextEntry } from '../../runs/context-entry.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { RunCounters, RunStatus } from '../../runs/run-header.js';
import {
  type Page,
  type RunFilter,
  RunReader,
  type RunSummary,
  type SeriesBucket,
  type SeriesPoint,
} from '../../runs/run-reader.js';
import type { Database } from './database.js';
import { fromJson, toJson } from './exact-json.js';
import { pageOf } from './list-page.js';
import { findMetric } from './points/known-metric.js';
import { readSeries } from './points/read-series.js';
import { streamPoints } from './points/stream-points.js';
import type { Prisma, Run } from './prisma-client/client.js';
import { removeRun } from './remove-run.js';
import { metadataColumns } from './run-row.js';
import { storing } from './to-store-error.js';

export class PostgresRunReader extends RunReader {
  constructor(private readonly database: Database) {
    super();
  }

  /** Newest first. */
  override list(filter: RunFilter): Promise<Page<RunSummary>> {
    return storing(() =>
      this.database.snapshot(async (prisma) => {
        const ids = filter.withOpen ? { id: { in: await idsWithOpen(prisma) } } : {};
        const rows = await prisma.run.findMany({
          where: { ...whereOf(filter), ...ids },
          orderBy: { ref: 'desc' },
          take: filter.limit + 1,
        });
        const open = await openDeviations(
          prisma,
          rows.map(({ id }) => id),
        );
        const summary = (row: Run): RunSummary => summaryOf(row, open.get(row.id) ?? 0);
        return pageOf(rows, filter.limit, summary, ({ ref }) => String(ref));
      }),
    );
  }

  override find(id: string): Promise<RunSummary | null> {
    return storing(() =>
      this.database.snapshot(async (prisma) => {
        const row = await prisma.run.findUnique({ where: { id } });
        return row && summaryOf(row, (await openDeviations(prisma, [id])).get(id) ?? 0);
      }),
    );
  }

  override countRunning(): Promise<number> {
    return storing(() => this.database.prisma.run.count({ where: { status: 'running' } }));
  }

  override series(
    id: string,
    metric: string,
    { from = 0, to = Number.MAX_SAFE_INTEGER, points }: { from?: number; to?: number; points: number },
  ): Promise<SeriesBucket[] | null> {
    return this.database.reading(async (client) => {
      const at = await findMetric(client, id, metric);
      if (at === null) return null;
      return at.metric < 0 ? [] : readSeries(client, at, { from, to }, points);
    });
  }

  override points(id: string, metric: string): AsyncIterable<SeriesPoint[]> {
    return streamPoints(this.database, id, metric);
  }

  override band(id: string, metric: string) {
    return storing(async () => {
      const run = await this.database.prisma.run.findUnique({
        where: { id },
        select: { knots: { where: { metric }, orderBy: [{ attempt: 'asc' }, { step: 'asc' }] } },
      });
      if (!run) return null;
      return run.knots.map(({ attempt, step, expected, lower, upper }) => ({
        ...{ attempt, step: Number(step), expected, lower, upper },
      }));
    });
  }

  override forecasts(id: string) {
    return storing(async () => {
      const run = await this.database.prisma.run.findUnique({
        where: { id },
        select: { forecasts: { orderBy: { metric: 'asc' } } },
      });
      if (!run) return null;
      return run.forecasts.map(({ metric, attempt, step, forecast }) => ({
        ...{ metric, attempt, step: Number(step), forecast: fromJson(forecast) },
      }));
    });
  }

  override async context(id: string): Promise<ContextEntry[] | null> {
    return storing(async () => {
      const run = await this.database.prisma.run.findUnique({
        where: { id },
        select: { context: { orderBy: [{ seq: 'asc' }, { ord: 'asc' }] } },
      });
      return run && run.context.map(({ entry }) => fromJson(entry) as ContextEntry);
    });
  }

  override async patch(
    id: string,
    changes: Pick<RunMetadata, 'name' | 'tags' | 'project'>,
  ): Promise<RunSummary | null> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const found = await storing(() =>
      this.database.transaction(async ({ prisma, client }) => {
        const { rowCount } = await client.query('select from runs where id = $1 for no key update', [id]);
        if (rowCount === 0) return false;
        const run = await prisma.run.findUniqueOrThrow({ where: { id }, select: { metadata: true } });
        const merged = { ...(fromJson(run.metadata) as RunMetadata), ...given };
        const { name, project, tags } = metadataColumns(merged);
        const metadata = toJson(merged) as Prisma.InputJsonValue;
        // A watch that holds the run must see the change: its version moves.
        await prisma.run.update({
          where: { id },
          data: { name, project, tags, metadata, version: { increment: 1 } },
        });
        return true;
      }),
    );
    return found ? this.find(id) : null;
  }

  override remove(id: string): Promise<boolean> {
    return storing(() => this.database.transaction((transaction) => removeRun(transaction, id)));
  }
}

async function openDeviations(prisma: Prisma.TransactionClient, runs: string[]): Promise<Map<string, number>> {
  const counts = await prisma.deviation.groupBy({
    by: ['run'],
    where: { run: { in: runs }, status: { not: 'resolved' } },
    _count: true,
  });
  return new Map(counts.map(({ run, _count }) => [run!, _count]));
}

/** What a family's law says of an ended run stays open by its nature. */
async function idsWithOpen(prisma: Prisma.TransactionClient): Promise<string[]> {
  const rows = await prisma.deviation.groupBy({
    by: ['run'],
    where: { status: { not: 'resolved' }, kind: { not: 'off-law' }, run: { not: null } },
  });
  return rows.map(({ run }) => run!);
}

function whereOf({ project, family, tag, status, text, after }: RunFilter): Prisma.RunWhereInput {
  const like = text?.replace(/[\\%_]/g, '\\$&');
  const contains = like && { contains: like, mode: 'insensitive' as const };
  return {
    project,
    family,
    status,
    ...(tag === undefined ? {} : { tags: { has: tag } }),
    ...(contains ? { OR: [{ id: contains }, { name: contains }] } : {}),
    ...(after === undefined ? {} : { ref: { lt: cursorOf(after) } }),
  };
}

function cursorOf(after: string): number {
  if (!/^\d{1,9}$/.test(after)) throw new CursorError(after);
  return Number(after);
}

function summaryOf(row: Run, openDeviations: number): RunSummary {
  return {
    id: row.id,
    status: row.status as RunStatus,
    metadata: fromJson(row.metadata) as RunMetadata,
    metricNames: row.metricNames,
    attempt: row.attempt,
    newestStep: Number(row.newestStep),
    records: row.records,
    firstTime: row.firstTime,
    lastTime: row.lastTime,
    lastArrival: row.lastArrival,
    pace: { usualMs: row.usualPaceMs, longestMs: row.longestPaceMs },
    counters: row.counters as unknown as RunCounters,
    standings: fromJson(row.standings) as Record<string, unknown>,
    openDeviations,
  };
}
