// Puts messages into the outbox. An id that is there already keeps its first body.
import type { OutboxMessage } from '../../alerting/outbox-message.js';
import type { Prisma } from './prisma-client/client.js';

export async function writeMessages(
  prisma: Prisma.TransactionClient,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  const data = messages.map((message) => ({ ...message, dueAt: message.createdAt }));
  await prisma.outboxMessage.createMany({ data, skipDuplicates: true });
}
