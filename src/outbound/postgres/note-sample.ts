// Notes in the outbox that a sample got through a channel: the service counts it, and tells no longer that the channel refuses.
import type { OutboxMessage } from '../../alerting/outbox-message.js';
import type { Database } from './database.js';

/** The newest sample of a channel stands for all before it. Nobody can answer it: it is about no deviation. */
const NOTE = `
insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, due_at, state, sent_at, tries)
values ($1, $2, $3, $4, $5, $6, $7, $7, 'sent', $8, 1)
    on conflict (id) do update set sent_at = excluded.sent_at, body = excluded.body`;

/**
 * @param at when it was sent (ms)
 * @throws the store's error
 */
export async function noteSample(database: Database, message: OutboxMessage, at: number): Promise<void> {
  const { channel, deviationId, deviationVersion, type, body, createdAt } = message;
  const id = `${channel}/sample`;
  await database.query(NOTE, [id, channel, deviationId, deviationVersion, type, body, createdAt, at]);
}
