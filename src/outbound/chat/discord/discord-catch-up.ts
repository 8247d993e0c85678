// What was written or marked in Discord about open messages while no session was there to resume: it still stands there.
// https://docs.discord.com/developers/resources/message
import { setTimeout as sleep } from 'node:timers/promises';
import { actionOfReaction, actionOfReply } from '../../../alerting/chat-command.js';
import type { FoundWord } from '../../../alerting/missed-words.js';
import { type ListenerParts, carryOutMissed } from '../listener.js';
import { type Answer, call } from '../post.js';

export interface DiscordCatchUpOptions {
  botToken: string;
  /** Of the channel's own webhook, which knows the channel's id. */
  webhookUrl: string;
  /** https://discord.com/api/v10 unless a proxy stands in between. */
  apiUrl: string;
  allowPrivate: boolean;
}

type Asking = DiscordCatchUpOptions & { signal: AbortSignal };

interface Author {
  id: string;
  username?: string;
  bot?: boolean;
}
interface Found {
  id: string;
  timestamp: string;
  content: string;
  author: Author;
  message_reference?: { message_id?: string };
  reactions?: { emoji: { name: string | null } }[];
}

const MOST_MESSAGES = 100;
/** Older ones are not looked for any more. */
const MOST_PAGES = 20;
const MOST_TRIES = 5;
const DEFAULT_WAIT_MS = 5_000;

/** Reads the channel from its oldest open message on, once, and carries out what is news. */
export async function discordCatchUp(
  parts: ListenerParts,
  options: DiscordCatchUpOptions,
  signal: AbortSignal,
): Promise<void> {
  const asking: Asking = { ...options, signal };
  const open = await parts.outbox.openMessages(parts.channel);
  if (open.length === 0) return;
  const { channel_id: channel } = (await ask(asking, options.webhookUrl)) as { channel_id: string };
  const path = `${options.apiUrl}/channels/${channel}/messages`;
  const oldest = open.map(({ ids }) => BigInt(ids[0]!)).reduce((a, b) => (a < b ? a : b));
  const messages = await after(asking, path, oldest - 1n);
  for (const message of open) {
    const root = message.ids[0]!;
    const found: FoundWord[] = [];
    for (const { emoji } of messages.find(({ id }) => id === root)?.reactions ?? []) {
      const action = actionOfReaction(emoji.name ?? '', Date.now());
      if (action === null) continue;
      const users = (await ask(asking, `${path}/${root}/reactions/${encodeURIComponent(emoji.name!)}`)) as Author[];
      found.push(...users.filter(({ bot }) => !bot).map((user) => ({ action, actor: nameOf(user), at: null })));
    }
    for (const { message_reference: reference, author, content, timestamp } of messages) {
      if (author.bot || reference?.message_id !== root) continue;
      const at = Date.parse(timestamp);
      const action = actionOfReply(content, at);
      if (action !== null) found.push({ action, actor: nameOf(author), at });
    }
    await carryOutMissed(parts, message, found);
  }
}

const nameOf = ({ id, username }: Author): string => username ?? id;

/** Messages behind an id, page by page. */
async function after(asking: Asking, path: string, id: bigint): Promise<Found[]> {
  const all: Found[] = [];
  let last = id;
  for (let page = 0; page < MOST_PAGES; page++) {
    const messages = (await ask(asking, `${path}?limit=${MOST_MESSAGES}&after=${last}`)) as Found[];
    all.push(...messages);
    if (messages.length < MOST_MESSAGES) break;
    last = messages.map((message) => BigInt(message.id)).reduce((a, b) => (a > b ? a : b));
  }
  return all;
}

async function ask({ botToken, allowPrivate, signal }: Asking, url: string): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    const headers = { authorization: `Bot ${botToken}`, 'user-agent': 'DiscordBot (offcurve)' };
    const answer = await call({ method: 'GET', url, headers, body: '', allowPrivate, signal });
    if (answer.status === 200) return JSON.parse(answer.body);
    if (answer.status !== 429 || tries === MOST_TRIES)
      throw new Error(`Discord answered ${answer.status} to what was missed: may the bot read the channel's history?`);
    await sleep(waitOf(answer), undefined, { signal });
  }
}

/** Seconds, as Discord says them. */
const waitOf = ({ retryAfter }: Answer): number => (retryAfter === null ? DEFAULT_WAIT_MS : 1000 * Number(retryAfter));
