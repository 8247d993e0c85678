// Deviations outside the batch: lists, stories, and what people do with them.
import type { Deviation } from '../../alerting/deviation.js';
import {
  type DeviationFilter,
  type DeviationStep,
  DeviationStore,
  type DeviationUpdate,
  type NotificationStatus,
} from '../../alerting/deviation-store.js';
import type { Page } from '../../runs/run-reader.js';
import type { Database } from './database.js';
import { deviationDocument, deviationOf, deviationRow } from './deviation-row.js';
import { pageOf } from './list-page.js';
import type { Prisma } from './prisma-client/client.js';
import { storing } from './to-store-error.js';
import { writeMessages } from './write-messages.js';

export class PostgresDeviationStore extends DeviationStore {
  constructor(private readonly database: Database) {
    super();
  }

  /** Newest first. */
  override list({ run, status, kind, after, limit }: DeviationFilter): Promise<Page<Deviation>> {
    return storing(async () => {
      const rows = await this.database.prisma.deviation.findMany({
        where: {
          status,
          kind,
          AND: [run === undefined ? {} : { OR: [{ run }, { runs: { has: run } }] }, behind(after)],
        },
        orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        select: { id: true, openedAt: true, document: true },
      });
      return pageOf(
        rows,
        limit,
        ({ document }) => deviationOf(document),
        ({ openedAt, id }) => `${openedAt}_${id}`,
      );
    });
  }

  override find(id: string): Promise<Deviation | null> {
    return storing(async () => {
      const row = await this.database.prisma.deviation.findUnique({ where: { id }, select: { document: true } });
      return row && deviationOf(row.document);
    });
  }

  override story(id: string): Promise<DeviationStep[]> {
    return storing(async () => {
      const steps = await this.database.prisma.deviationStep.findMany({
        where: { deviationId: id },
        orderBy: { version: 'asc' },
      });
      return steps.map(({ version, type, at, actor, document, decision }) => ({
        ...{ version, type, at, actor, deviation: deviationOf(document) },
        decision: decision as DeviationStep['decision'],
      }));
    });
  }

  override notifications(id: string): Promise<NotificationStatus[]> {
    return storing(async () => {
      const rows = await this.database.prisma.outboxMessage.findMany({
        where: { deviationId: id },
        orderBy: { ord: 'asc' },
      });
      return rows.map(({ id, channel, type, state, tries, createdAt, sentAt, lastError }) => ({
        ...{ id, channel, type, tries, createdAt, sentAt, lastError },
        state: state as NotificationStatus['state'],
      }));
    });
  }

  override due(now: number, limit: number): Promise<Deviation[]> {
    return storing(async () => {
      const rows = await this.database.prisma.deviation.findMany({
        where: { wakeAt: { lte: now }, status: { not: 'resolved' } },
        orderBy: { wakeAt: 'asc' },
        take: limit,
        select: { document: true },
      });
      return rows.map(({ document }) => deviationOf(document));
    });
  }

  override update({ deviation, fromVersion, type, actor, messages, decision }: DeviationUpdate): Promise<boolean> {
    const { id, version } = deviation;
    return storing(() =>
      this.database.transaction(async ({ prisma, client }) => {
        // The runs' rows first, as the watch takes them. Their versions move: a watch that holds one loads it again.
        const runs = await client.query('select ref from runs where id = any($1) order by id for no key update', [
          deviation.runs,
        ]);
        const { count } = await prisma.deviation.updateMany({
          where: { id, version: fromVersion },
          data: deviationRow(deviation),
        });
        if (count === 0) return false;
        await client.query('update runs set version = version + 1 where ref = any($1)', [
          runs.rows.map(({ ref }: { ref: number }) => ref),
        ]);
        const document = deviationDocument(deviation);
        await prisma.deviationStep.create({
          data: {
            deviationId: id,
            version,
            type,
            at: Date.now(),
            actor,
            document,
            decision: decision as unknown as Prisma.InputJsonValue,
          },
        });
        await writeMessages(prisma, messages);
        return true;
      }),
    );
  }
}

/** A cursor of somebody's own making is behind everything. */
function behind(after: string | undefined): Prisma.DeviationWhereInput {
  if (after === undefined) return {};
  const split = after.indexOf('_');
  const openedAt = Number(after.slice(0, split));
  if (split < 1 || !Number.isFinite(openedAt)) return { id: { in: [] } };
  return { OR: [{ openedAt: { lt: openedAt } }, { openedAt, id: { lt: after.slice(split + 1) } }] };
}
