// What people say in a Matrix room about a message: reactions, and replies in its thread or to itself.
import { actionOfReaction, actionOfReply } from '../../../alerting/chat-command.js';
import type { HandlingAction } from '../../../alerting/handle-deviation.js';

/** A room event as /sync gives it, as far as it is read here. */
export interface MatrixEvent {
  event_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  content: {
    msgtype?: unknown;
    body?: unknown;
    'm.relates_to'?: {
      rel_type?: unknown;
      event_id?: unknown;
      key?: unknown;
      'm.in_reply_to'?: { event_id?: unknown };
    };
  };
}

export interface MatrixWord {
  /** The event spoken of: the message, or the root of its thread. */
  about: string;
  action: HandlingAction;
  /** The person's Matrix id. */
  actor: string;
}

/**
 * Null for whatever asks for nothing: talk, other reactions, edits, our own messages. A snooze counts from when it was
 * said, so that an event that is read twice asks for the same.
 */
export function wordOf({ type, sender, origin_server_ts: at, content }: MatrixEvent, self: string): MatrixWord | null {
  const relation = content['m.relates_to'];
  if (sender === self || !relation) return null;
  if (type === 'm.reaction' && relation.rel_type === 'm.annotation')
    return word(relation.event_id, actionOfReaction(textOf(relation.key), at), sender);
  if (type !== 'm.room.message' || content.msgtype !== 'm.text' || relation.rel_type === 'm.replace') return null;
  const about = relation.rel_type === 'm.thread' ? relation.event_id : relation['m.in_reply_to']?.event_id;
  return word(about, actionOfReply(textOf(content.body), at), sender);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const word = (about: unknown, action: HandlingAction | null, actor: string): MatrixWord | null =>
  typeof about === 'string' && action !== null ? { about, action, actor } : null;
