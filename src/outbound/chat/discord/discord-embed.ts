// The message as a Discord embed. Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
import type { APIEmbed, RESTPostAPIWebhookWithTokenJSONBody } from 'discord-api-types/v10';
import { type AlertText, type AlertTone, plainAlert } from '../../../alerting/alert-text.js';
import { cut } from '../chat-channel.js';

export const LONGEST_TITLE = 256;
export const LONGEST_DESCRIPTION = 4_096;
export const LONGEST_FIELD_NAME = 256;
export const LONGEST_FIELD = 1_024;
export const MOST_FIELDS = 25;
/** Titles, descriptions, field names and values of all embeds of a message together. */
export const LONGEST_IN_SUM = 6_000;
export const LONGEST_CONTENT = 2_000;

const COLOURS: Readonly<Record<AlertTone, number>> = {
  bad: 0xd55e00,
  warning: 0xe69f00,
  good: 0x009e73,
  over: 0x8a8a8a,
  neutral: 0x0072b2,
};

/** `content` is what notifications show. Nobody is mentioned, whatever the text says. */
export function discordMessage(text: AlertText, picture: boolean): RESTPostAPIWebhookWithTokenJSONBody {
  const title = cut(escapeDiscord(text.title), LONGEST_TITLE);
  const description = text.state ? cut(escapeDiscord(text.state), 500) : undefined;
  let room = LONGEST_IN_SUM - title.length - (description?.length ?? 0);
  const fields: NonNullable<APIEmbed['fields']> = [];
  for (const { label, text: row } of text.rows.slice(0, MOST_FIELDS)) {
    const name = label || '\u200b';
    const value = cut(escapeDiscord(row), Math.min(LONGEST_FIELD, room - name.length));
    if (room - name.length < 2) break;
    room -= name.length + value.length;
    fields.push({ name, value });
  }
  const embed: APIEmbed = {
    title,
    ...(description ? { description } : {}),
    color: COLOURS[text.tone],
    fields,
    ...(text.url ? { url: text.url } : {}),
    ...(picture ? { image: { url: 'attachment://curve.png' } } : {}),
  };
  return {
    content: cut(escapeDiscord(plainAlert({ ...text, rows: [], url: null })), LONGEST_CONTENT),
    embeds: [embed],
    allowed_mentions: { parse: [] },
  };
}

/** Markdown's characters lose their effect behind a backslash. */
export const escapeDiscord = (text: string): string => text.replace(/[\\*_~`|>#\-[\]()<:]/g, '\\$&');
