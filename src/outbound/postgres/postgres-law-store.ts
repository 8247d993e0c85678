// The kept laws in PostgreSQL: a version is a row, and its key is what instances compare and set.
import type { FamilyLaw } from '../../forecast/laws/family-law.js';
import { type FamilySize, LawStore } from '../../forecast/laws/law-store.js';
import type { Database } from './database.js';
import { fromJson, toJson } from './exact-json.js';
import type { FamilyLaw as LawRecord, Prisma } from './prisma-client/client.js';
import { storing } from './to-store-error.js';

export class PostgresLawStore extends LawStore {
  constructor(private readonly database: Database) {
    super();
  }

  override families(): Promise<FamilySize[]> {
    return this.database.query<FamilySize & Record<string, unknown>>(
      `select family, count(*)::int as runs, (count(*) filter (where status = 'finished'))::int as finished
       from runs where family is not null group by family order by family`,
    );
  }

  override newest(family: string): Promise<FamilyLaw[]> {
    return storing(async () => {
      const rows = await this.database.prisma.familyLaw.findMany({
        where: { family },
        orderBy: [{ metric: 'asc' }, { version: 'desc' }],
        distinct: ['metric'],
      });
      return rows.map(lawOf);
    });
  }

  override versions(family: string, { metric, limit }: { metric?: string; limit: number }): Promise<FamilyLaw[]> {
    return storing(async () => {
      const rows = await this.database.prisma.familyLaw.findMany({
        where: { family, metric },
        orderBy: [{ createdAt: 'desc' }, { metric: 'asc' }, { version: 'desc' }],
        take: limit,
      });
      return rows.map(lawOf);
    });
  }

  override find(family: string, metric: string, version: number): Promise<FamilyLaw | null> {
    return storing(async () => {
      const key = { family, metric, version };
      const row = await this.database.prisma.familyLaw.findUnique({ where: { family_metric_version: key } });
      return row && lawOf(row);
    });
  }

  override add(law: FamilyLaw): Promise<boolean> {
    return storing(async () => {
      const { rows, document, changes, createdAt, ...plain } = law;
      const json = (value: unknown): Prisma.InputJsonValue => toJson(value) as Prisma.InputJsonValue;
      const data = {
        ...{ ...plain, createdAt: new Date(createdAt) },
        ...{ data: json(rows), document: json(document), changes: json(changes) },
      };
      const { count } = await this.database.prisma.familyLaw.createMany({ data: [data], skipDuplicates: true });
      return count === 1;
    });
  }
}

const lawOf = ({ data, document, changes, createdAt, ...plain }: LawRecord): FamilyLaw => ({
  ...plain,
  rows: fromJson(data) as FamilyLaw['rows'],
  document: fromJson(document) as FamilyLaw['document'],
  changes: fromJson(changes) as FamilyLaw['changes'],
  createdAt: createdAt.getTime(),
});
