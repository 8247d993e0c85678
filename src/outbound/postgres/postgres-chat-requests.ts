// Requests of chat services as rows that end by the database's clock; by their digest, since others choose their length.
import { createHash } from 'node:crypto';
import { ChatRequests, type RequestClaim } from '../../alerting/chat-requests.js';
import type { Database } from './database.js';

export class PostgresChatRequests extends ChatRequests {
  constructor(private readonly database: Database) {
    super();
  }

  override async claim(request: string, forMs: number): Promise<RequestClaim> {
    const digest = digestOf(request);
    await this.database.query('delete from chat_requests where until < clock_timestamp()');
    const ours = await this.database.query(
      `insert into chat_requests (digest, until, done) values ($1, clock_timestamp() + make_interval(secs => $2 / 1000.0), false)
         on conflict (digest) do nothing returning digest`,
      [digest, forMs],
    );
    if (ours.length === 1) return 'ours';
    const [row] = await this.database.query<{ done: boolean }>('select done from chat_requests where digest = $1', [
      digest,
    ]);
    return row?.done ? 'done' : 'others';
  }

  override async done(request: string, forMs: number): Promise<void> {
    await this.database.query(
      `insert into chat_requests (digest, until, done) values ($1, clock_timestamp() + make_interval(secs => $2 / 1000.0), true)
         on conflict (digest) do update set until = excluded.until, done = true`,
      [digestOf(request), forMs],
    );
  }

  override async forget(request: string): Promise<void> {
    await this.database.query('delete from chat_requests where digest = $1 and not done', [digestOf(request)]);
  }
}

const digestOf = (request: string): string => createHash('sha256').update(request).digest('base64url');
