// What people do in Telegram about a message: buttons, reactions, replies. The same by webhook and by asking for updates.
import { z } from 'zod';
import { type ActionName, actionNamed, actionOfReaction, actionOfReply } from './chat-command.js';
import type { HandlingAction } from './handle-deviation.js';

const person = z.object({
  id: z.number(),
  is_bot: z.boolean().optional(),
  username: z.string().optional(),
  first_name: z.string().optional(),
});
/** https://core.telegram.org/bots/api#update */
export const telegramUpdate = z.object({
  update_id: z.number(),
  /** https://core.telegram.org/bots/api#callbackquery */
  callback_query: z.object({ id: z.string(), data: z.string().optional(), from: person }).optional(),
  message: z
    .object({
      date: z.number(),
      from: person.optional(),
      text: z.string().optional(),
      reply_to_message: z.object({ message_id: z.number() }).optional(),
    })
    .optional(),
  /** Sent to bots that are administrators of the chat. */
  message_reaction: z
    .object({
      message_id: z.number(),
      date: z.number(),
      user: person.optional(),
      old_reaction: z.array(z.object({ type: z.string(), emoji: z.string().optional() })),
      new_reaction: z.array(z.object({ type: z.string(), emoji: z.string().optional() })),
    })
    .optional(),
});
export type TelegramUpdate = z.infer<typeof telegramUpdate>;

/** What an update has to hold for us to be sent it. */
export const TELEGRAM_UPDATES = ['message', 'callback_query', 'message_reaction'] as const;

/** Short names of actions in Telegram's buttons, which hold 64 bytes. */
const CODES: Readonly<Record<string, ActionName>> = {
  ack: 'acknowledge',
  s1: 'snooze-1h',
  s8: 'snooze-8h',
  res: 'resolve',
  fa: 'false-alarm',
};

export type TelegramWord = { action: HandlingAction; actor: string } & ({ deviation: string } | { message: string });

/** Null where the update asks for nothing. */
export function telegramWord(update: TelegramUpdate, now: number): TelegramWord | null {
  const { callback_query: query, message, message_reaction: reaction } = update;
  if (query) {
    const [code = '', deviation = ''] = (query.data ?? '').split(':');
    const name = CODES[code];
    return name ? { deviation, action: actionNamed(name, now), actor: nameOf(query.from) } : null;
  }
  if (message?.reply_to_message && message.from && !message.from.is_bot) {
    const action = actionOfReply(message.text ?? '', 1000 * message.date);
    return action && { message: String(message.reply_to_message.message_id), action, actor: nameOf(message.from) };
  }
  if (!reaction?.user || reaction.user.is_bot) return null;
  const before = new Set(reaction.old_reaction.map(({ emoji }) => emoji));
  for (const { emoji } of reaction.new_reaction) {
    const action = emoji === undefined || before.has(emoji) ? null : actionOfReaction(emoji, 1000 * reaction.date);
    if (action) return { message: String(reaction.message_id), action, actor: nameOf(reaction.user) };
  }
  return null;
}

const nameOf = ({ username, first_name: firstName, id }: z.infer<typeof person>): string =>
  username ?? firstName ?? String(id);
