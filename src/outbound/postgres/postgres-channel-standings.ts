// How channels stand: a few looks into the outbox for each, all by index.
import { type ChannelStanding, ChannelStandings } from '../../alerting/channel-standing.js';
import type { Database } from './database.js';

/** What was given up is counted from the last message on that was sent: old refusals cost nothing. */
const STANDINGS = `
select known.channel, queue.waiting, sent.at as "lastSentAt", given_up.count, given_up.passed_on as "passedOn",
       given_up.first_at as "firstAt", newest.passed_to as "passedTo", newest.last_error as error,
       tried.created_at as "triedCreatedAt", tried.last_error as "triedError"
  from unnest($1::text[]) with ordinality as known (channel, place)
 cross join lateral (select max(sent_at) as at from outbox where channel = known.channel) sent
 cross join lateral (
   select count(*)::int as count, count(passed_to)::int as passed_on, min(failed_at) as first_at from outbox
    where channel = known.channel and failed_at > coalesce(sent.at, '-infinity')) given_up
  left join lateral (
   select last_error, passed_to from outbox where channel = known.channel and failed_at is not null
    order by failed_at desc limit 1) newest on given_up.count > 0
 cross join lateral (
   select count(*)::int as waiting, min(ord) filter (where last_error is not null) as oldest_tried
     from outbox where state = 'pending' and channel = known.channel) queue
  left join outbox tried on tried.ord = queue.oldest_tried
 order by known.place`;

interface Row {
  channel: string;
  waiting: number;
  lastSentAt: number | null;
  count: number;
  passedOn: number;
  firstAt: number | null;
  passedTo: string | null;
  error: string | null;
  triedCreatedAt: number | null;
  triedError: string | null;
}

export class PostgresChannelStandings extends ChannelStandings {
  static readonly SQL = STANDINGS;

  constructor(private readonly database: Database) {
    super();
  }

  override async read(channels: readonly string[]): Promise<ChannelStanding[]> {
    return (await this.database.query<Row>(STANDINGS, [channels])).map(standingOf);
  }
}

function standingOf({ channel, waiting, lastSentAt, ...row }: Row): ChannelStanding {
  const { count, passedOn, passedTo, firstAt, error, triedCreatedAt, triedError } = row;
  return {
    ...{ channel, waiting, lastSentAt },
    givenUp: firstAt === null ? null : { ...{ count, passedOn, passedTo, firstAt }, error: error ?? '' },
    tried: triedCreatedAt === null ? null : { createdAt: triedCreatedAt, error: triedError ?? '' },
  };
}
