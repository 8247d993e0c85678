// What people do in Slack about a message: buttons, reactions, replies in its thread. The same by HTTP and by Socket Mode.
import { z } from 'zod';
import { actionNamed, actionOfReply, actionOfShortName, isActionName } from './chat-command.js';
import type { HandlingAction } from './handle-deviation.js';

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const pressed = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })).min(1),
});
/** https://docs.slack.dev/reference/events/reaction_added */
const reacted = z.object({
  type: z.literal('reaction_added'),
  user: z.string(),
  reaction: z.string(),
  item: z.object({ type: z.literal('message'), ts: z.string() }),
  event_ts: z.string(),
});
/** https://docs.slack.dev/reference/events/message; bots and edits carry a `subtype` or a `bot_id`. */
const replied = z.object({
  type: z.literal('message'),
  user: z.string(),
  text: z.string(),
  thread_ts: z.string(),
  ts: z.string(),
  subtype: z.undefined().optional(),
  bot_id: z.undefined().optional(),
});

/** By the id of a deviation (a button's value), or by the message that is spoken of. */
export type SlackWord = { action: HandlingAction; actor: string } & ({ deviation: string } | { message: string });

/** A press, of what interactivity sends. Null: none of our buttons. */
export function slackPress(payload: unknown): SlackWord | null {
  const { success, data } = pressed.safeParse(payload);
  const { action_id: name, value, action_ts: at } = data?.actions[0] ?? {};
  if (!success || name === undefined || !isActionName(name) || value === undefined) return null;
  const { id, name: called, username } = data.user;
  return { deviation: value, action: actionNamed(name, 1000 * Number(at)), actor: called ?? username ?? id };
}

/** A reaction or a reply, of what the Events API sends. Null: talk. The person is named by their id. */
export function slackEvent(event: unknown): SlackWord | null {
  const reaction = reacted.safeParse(event).data;
  if (reaction) {
    const action = actionOfShortName(reaction.reaction, 1000 * Number(reaction.event_ts));
    return action && { message: reaction.item.ts, action, actor: reaction.user };
  }
  const reply = replied.safeParse(event).data;
  const action = reply ? actionOfReply(reply.text, 1000 * Number(reply.ts)) : null;
  return action && { message: reply!.thread_ts, action, actor: reply!.user };
}
