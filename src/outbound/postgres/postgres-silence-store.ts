// Maintenance silences in Postgres.
import type { Silence, SilenceMatch } from '../../alerting/silence.js';
import { type SilenceFilter, SilenceStore } from '../../alerting/silence-store.js';
import type { Page } from '../../runs/run-reader.js';
import type { Database } from './database.js';
import { cursorAt, pageOf, placeOf } from './list-page.js';
import type { Prisma, Silence as SilenceRow } from './prisma-client/client.js';
import { storing } from './to-store-error.js';

/** What a silence held back is looked at when it ends: now, where somebody ended it early. */
const LOOK_AGAIN = `
update deviations set wake_at = $1
 where status <> 'resolved' and wake_at > $1 and (document->>'silencedUntil')::float8 = $2`;

export class PostgresSilenceStore extends SilenceStore {
  constructor(private readonly database: Database) {
    super();
  }

  override list({ notEndedAt, after, limit }: SilenceFilter): Promise<Page<Silence>> {
    return storing(async () => {
      const rows = await this.database.prisma.silence.findMany({
        where: { AND: [notEndedAt === undefined ? {} : { endsAt: { gt: notEndedAt } }, behind(after)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      return pageOf(rows, limit, silenceOf, ({ createdAt, id }) => cursorAt(createdAt, id));
    });
  }

  override find(id: string): Promise<Silence | null> {
    return storing(async () => {
      const row = await this.database.prisma.silence.findUnique({ where: { id } });
      return row && silenceOf(row);
    });
  }

  override create(silence: Silence): Promise<void> {
    return storing(async () => {
      await this.database.prisma.silence.create({
        data: { ...silence, match: silence.match as Prisma.InputJsonObject },
      });
    });
  }

  override async expire(id: string, at: number): Promise<Silence | null> {
    const before = await this.find(id);
    if (before === null || before.endsAt <= at) return before;
    await storing(() =>
      this.database.transaction(async ({ prisma, client }) => {
        await prisma.silence.updateMany({ where: { id, endsAt: { gt: at } }, data: { endsAt: at } });
        await client.query(LOOK_AGAIN, [at, before.endsAt]);
      }),
    );
    return this.find(id);
  }
}

const silenceOf = ({ match, ...rest }: SilenceRow): Silence => ({ ...rest, match: match as SilenceMatch });

function behind(after: string | undefined): Prisma.SilenceWhereInput {
  if (after === undefined) return {};
  const { at: createdAt, id } = placeOf(after, 'sil_');
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}
