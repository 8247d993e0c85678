// Deviations outside the batch: lists, stories, and what people do with them.
import { NEAR_STEPS } from '../../alerting/company.js';
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
import { deviationOf } from './deviation-row.js';
import { cursorAt, pageOf, placeOf } from './list-page.js';
import type { Prisma } from './prisma-client/client.js';
import { storing } from './to-store-error.js';
import { OvertakenError, writeUpdates } from './write-updates.js';

/** A query has 32,767 parameters at most. */
const MOST_EXCEPT = 30_000;

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
        ({ openedAt, id }) => cursorAt(openedAt, id),
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

  /** Messages that go on with those of another deviation are kept under that one's name. */
  override notifications(id: string): Promise<NotificationStatus[]> {
    return storing(async () => {
      const { thread } = (await this.find(id)) ?? { thread: null };
      const rows = await this.database.prisma.outboxMessage.findMany({
        where: { deviationId: thread ?? id },
        orderBy: { ord: 'asc' },
      });
      return rows.map(({ id: message, channel, type, state, tries, createdAt, sentAt, lastError }) => ({
        ...{ id: message, channel, type, tries, createdAt, sentAt, lastError },
        state: state as NotificationStatus['state'],
      }));
    });
  }

  override due(now: number, limit: number): Promise<Deviation[]> {
    return this.documents({ where: { wakeAt: { lte: now } }, orderBy: { wakeAt: 'asc' }, take: limit });
  }

  override ofDataOrder(dataOrder: string): Promise<Deviation[]> {
    const notOver = [{ status: { not: 'resolved' } }, { wakeAt: { not: null } }];
    return this.documents({ where: { dataOrder, history: false, OR: notOver }, orderBy: OLDEST });
  }

  override near(deviation: Deviation, limit: number): Promise<Deviation[]> {
    const { dataOrder, project, metric, side, startedAtStep, openedAtStep } = deviation;
    const reach = Math.max(NEAR_STEPS, openedAtStep - startedAtStep);
    // Whichever of the two was seen later is the less sure of its onset.
    const within = [
      { startedAtStep: { gte: startedAtStep - reach, lte: startedAtStep + reach } },
      { startedAtStep: { lte: startedAtStep }, openedAtStep: { gte: startedAtStep } },
    ];
    const shared = dataOrder === null ? { project } : { dataOrder };
    const others = { run: { not: deviation.run }, ...shared, metric, side, OR: within };
    return this.documents({ where: others, orderBy: [{ openedAt: 'desc' }, { id: 'desc' }], take: limit });
  }

  override openedSince(from: number, except: readonly string[], limit: number): Promise<Deviation[]> {
    // The last of them: those of before come again, and are asked in vain.
    const isOther = { id: { notIn: except.slice(-MOST_EXCEPT) } };
    const where = { ...isOther, openedAt: { gte: from }, status: { not: 'resolved' }, history: false };
    return this.documents({ where, orderBy: OLDEST, take: limit });
  }

  override partsOf(eventId: string): Promise<Deviation[]> {
    return this.documents({ where: { eventId }, orderBy: OLDEST });
  }

  override between(from: number, to: number, limit: number): Promise<Deviation[]> {
    const within = { gte: from, lt: to };
    const any = [{ openedAt: within }, { resolvedAt: within }, { status: { not: 'resolved' } }];
    return this.documents({ where: { history: false, OR: any }, orderBy: OLDEST, take: limit });
  }

  override openEvents(): Promise<Deviation[]> {
    return this.documents({ where: { kind: 'data-event', status: { not: 'resolved' } }, orderBy: OLDEST });
  }

  override updateAll(updates: readonly DeviationUpdate[]): Promise<boolean> {
    return storing(async () => {
      try {
        await this.database.transaction((transaction) => writeUpdates(transaction, updates));
        return true;
      } catch (error) {
        if (error instanceof OvertakenError) return false;
        throw error;
      }
    });
  }

  private documents(query: Omit<Prisma.DeviationFindManyArgs, 'select'>): Promise<Deviation[]> {
    return storing(async () => {
      const rows = await this.database.prisma.deviation.findMany({ ...query, select: { document: true } });
      return rows.map(({ document }) => deviationOf(document));
    });
  }
}

const OLDEST: Prisma.DeviationOrderByWithRelationInput[] = [{ openedAt: 'asc' }, { id: 'asc' }];

function behind(after: string | undefined): Prisma.DeviationWhereInput {
  if (after === undefined) return {};
  const { at: openedAt, id } = placeOf(after, 'dev_');
  return { OR: [{ openedAt: { lt: openedAt } }, { openedAt, id: { lt: id } }] };
}
