// Requests of chat services as rows that end by the database's clock; by their digest, since others choose their length.
import { createHash } from 'node:crypto';
import { ChatRequests } from '../../alerting/chat-requests.js';
import type { Database } from './database.js';

export class PostgresChatRequests extends ChatRequests {
  constructor(private readonly database: Database) {
    super();
  }

  override async isNew(request: string, forMs: number): Promise<boolean> {
    await this.database.query('delete from chat_requests where until < clock_timestamp()');
    const rows = await this.database.query(
      `insert into chat_requests (digest, until) values ($1, clock_timestamp() + make_interval(secs => $2 / 1000.0))
         on conflict (digest) do nothing returning digest`,
      [digestOf(request), forMs],
    );
    return rows.length === 1;
  }

  override async forget(request: string): Promise<void> {
    await this.database.query('delete from chat_requests where digest = $1', [digestOf(request)]);
  }
}

const digestOf = (request: string): string => createHash('sha256').update(request).digest('base64url');
