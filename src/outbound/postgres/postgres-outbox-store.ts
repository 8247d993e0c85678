// What waits to be sent: claimed for a while, so that a crash between sending and saying so repeats and never loses.
import type { OutboxMessage, PendingMessage, Receipt } from '../../alerting/outbox-message.js';
import type { OpenMessage } from '../../alerting/missed-words.js';
import { OutboxStore } from '../../alerting/outbox-store.js';
import type { Database } from './database.js';
import type { Prisma } from './prisma-client/client.js';
import { storing } from './to-store-error.js';
import { writeMessages } from './write-messages.js';

/** No earlier message of the deviation waits. As a scalar, so that it is asked of the few rows that are looked at, by index. */
const FIRST = `
m.ord = (select min(earlier.ord) from outbox earlier
          where earlier.deviation_id = m.deviation_id and earlier.channel = m.channel and earlier.state = 'pending')`;

/**
 * Due messages of a channel, what has just begun before news of what is known, else oldest first; those others hold are
 * left. Both halves walk an index in their order and stop at the limit: however many wait, a claim costs the same.
 */
const CLAIM = `
with begun as (
  select ord from outbox m
   where state = 'pending' and channel = $1 and type = 'opened' and due_at <= $2 and $5 = 'all' and ${FIRST}
   order by ord limit $3 for update skip locked
), news as (
  select ord from outbox m
   where state = 'pending' and channel = $1 and type <> 'opened' and due_at <= $2 and ${FIRST}
     and ($5 = 'all' or type = 'resolved' and exists (select from outbox known where known.deviation_id = m.deviation_id
                        and known.channel = m.channel and known.state = 'sent'))
   order by ord limit $3 - (select count(*) from begun) for update skip locked
), claimed as (
  update outbox m set due_at = $4 from (select ord from begun union all select ord from news) due
   where m.ord = due.ord returning m.*
)
select id, channel, deviation_id as "deviationId", deviation_version as "deviationVersion", type, body,
       created_at as "createdAt", tries,
       (select receipt from outbox f where f.deviation_id = claimed.deviation_id and f.channel = claimed.channel
           and f.receipt is not null order by f.ord desc limit 1) as first
  from claimed order by type <> 'opened', ord`;

/** Gives a message up and puts it before another channel, whose own copy it becomes; one that is there already stays. */
const GIVE_UP = `
with given_up as (
  update outbox set state = 'failed', failed_at = $2, passed_to = $4, last_error = $3, tries = tries + 1
   where id = $1 and state = 'pending' returning *
)
insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, due_at)
select $4::text || substr(id, length(channel) + 1), $4, deviation_id, deviation_version, type, body, created_at, $2
  from given_up where $4::text is not null
    on conflict (id) do nothing`;

/** Cheaper than the exact question, and enough to know that it need not be asked. */
const WAITING = `
select count(*)::int as waiting from (
  select from outbox where state = 'pending' and channel = $1 and due_at <= $2 and type <> 'summary' limit 2) w`;

const SENT_SINCE = `
select count(*)::int as count from outbox m
 where channel = $1 and sent_at > $2 and state = 'sent'
   and not (type = 'resolved' and exists (select from outbox known where known.deviation_id = m.deviation_id
                        and known.channel = m.channel and known.state = 'sent' and known.ord < m.ord))`;

const HOLD = `
with waiting as (
  select ord from outbox m
   where state = 'pending' and channel = $1 and due_at <= $2 and type <> 'summary'
     and not (type = 'resolved' and exists (select from outbox known where known.deviation_id = m.deviation_id
                        and known.channel = m.channel and known.state = 'sent'))
   order by ord for update skip locked
)
update outbox m set state = 'held', last_error = 'held back by the rate limit of the channel'
  from waiting where m.ord = waiting.ord returning m.ord::float8 as ord, m.body`;

/** The message of each as it stands now; what became part of a data event is spoken of as that. */
const OPEN = `
select first.deviation_id as deviation, first.receipt, array(select distinct type from deviation_steps s
        where s.deviation_id = whole.id and s.actor is not null) as done,
       (select max(at) from deviation_steps s where s.deviation_id = whole.id and s.actor is not null) as "doneAt"
  from deviations whole join deviations part on whole.id = coalesce(part.event_id, part.id)
  join lateral (select * from outbox m where m.deviation_id = part.id and m.channel = $1 and m.state = 'sent'
                   and m.receipt is not null order by m.ord desc limit 1) first on true
 where whole.status <> 'resolved' order by first.ord desc limit 100`;

const DEPTH = `
select channel, count(*) filter (where state = 'pending')::int as waiting,
       coalesce($1 - min(created_at) filter (where state = 'pending'), 0) as "oldestAge",
       count(*) filter (where state = 'failed')::int as failed
  from outbox where state in ('pending', 'failed') group by channel order by channel`;

export class PostgresOutboxStore extends OutboxStore {
  constructor(private readonly database: Database) {
    super();
  }

  override claim(
    channel: string,
    now: number,
    limit: number,
    leaseMs: number,
    which: 'all' | 'ends' = 'all',
  ): Promise<PendingMessage[]> {
    return this.database.query<PendingMessage>(CLAIM, [channel, now, limit, now + leaseMs, which]);
  }

  override async release(messages: readonly PendingMessage[], now: number, until: number): Promise<void> {
    const ids = messages.map(({ id }) => id);
    await this.database.query(
      `update outbox set due_at = $2 where id = any($1) and state = 'pending' and due_at = $3`,
      [ids, now, until],
    );
  }

  override async sentSince(channel: string, since: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(SENT_SINCE, [channel, since]);
    return row!.count;
  }

  override async sentTimes(channel: string, since: number): Promise<number[]> {
    const rows = await this.database.query<{ at: number }>(
      `select sent_at as at from outbox where channel = $1 and sent_at > $2 order by sent_at`,
      [channel, since],
    );
    return rows.map(({ at }) => at);
  }

  override async holdBack(
    channel: string,
    now: number,
    summaryOf: (bodies: string[]) => OutboxMessage,
  ): Promise<boolean> {
    const [row] = await this.database.query<{ waiting: number }>(WAITING, [channel, now]);
    if (row!.waiting < 2) return false;
    return storing(() =>
      this.database.transaction(async ({ prisma, client }) => {
        const { rows } = await client.query<{ ord: number; body: string }>(HOLD, [channel, now]);
        if (rows.length === 0) return false;
        rows.sort((a, b) => a.ord - b.ord);
        await writeMessages(prisma, [summaryOf(rows.map(({ body }) => body))]);
        return true;
      }),
    );
  }

  override add(messages: readonly OutboxMessage[]): Promise<void> {
    return storing(() => writeMessages(this.database.prisma, messages));
  }

  override sent(id: string, at: number, receipt?: Receipt): Promise<void> {
    return this.settle(id, { state: 'sent', sentAt: at, lastError: null, receipt: receipt && { ...receipt } });
  }

  override async deviationOf(channel: string, serviceId: string): Promise<string | null> {
    const rows = await this.database.query<{ deviation_id: string }>(
      `select deviation_id from outbox where channel = $1 and receipt @> $2::jsonb limit 1`,
      [channel, JSON.stringify({ ids: [serviceId] })],
    );
    return rows[0]?.deviation_id ?? null;
  }

  override async openMessages(channel: string): Promise<OpenMessage[]> {
    const rows = await this.database.query<Omit<OpenMessage, 'ids' | 'place'> & { receipt: Receipt }>(OPEN, [channel]);
    return rows.map(({ receipt, ...rest }) => ({ ...rest, ...receipt }));
  }

  override retry(id: string, at: number, error: string): Promise<void> {
    return this.settle(id, { dueAt: at, lastError: plain(error) });
  }

  override async failed(id: string, at: number, error: string, instead?: string): Promise<void> {
    await this.database.query(GIVE_UP, [id, at, plain(error), instead ?? null]);
  }

  override depth(now: number): Promise<{ channel: string; waiting: number; oldestAge: number; failed: number }[]> {
    return this.database.query(DEPTH, [now]);
  }

  /** Only what still waits: a message that was sent stays sent, whatever a slower sender says later. */
  private settle(
    id: string,
    data: {
      state?: string;
      sentAt?: number;
      dueAt?: number;
      lastError: string | null;
      receipt?: Prisma.InputJsonValue;
    },
  ): Promise<void> {
    return storing(async () => {
      await this.database.prisma.outboxMessage.updateMany({
        where: { id, state: 'pending' },
        data: { ...data, tries: { increment: 1 } },
      });
    });
  }
}

/** What remote servers answer may hold what a text column cannot. */
const plain = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();
