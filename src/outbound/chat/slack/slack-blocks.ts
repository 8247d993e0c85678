// The message as Slack's blocks. Text goes into rich text and plain text, which Slack does not read as markup.
import type { KnownBlock, RichTextSection } from '@slack/types';
import { type AlertText, plainAlert } from '../../../alerting/alert-text.js';
import { cut } from '../chat-channel.js';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block: text at most 150 characters. */
export const LONGEST_HEADER = 150;
/** https://docs.slack.dev/reference/methods/chat.postMessage: the text is truncated past 40,000; 4,000 recommended. */
export const LONGEST_TEXT = 4_000;
/** A row that is longer than this nobody reads in a chat; far below Slack's own limits for rich text. */
const LONGEST_ROW = 1_500;

/** Buttons carry the deviation's id as value; the endpoint takes the action from `action_id`. */
export const SLACK_ACTIONS = {
  acknowledge: '👀 Acknowledge',
  'snooze-1h': '💤 1 h',
  'snooze-8h': '💤 8 h',
  resolve: '✅ Resolve',
  'false-alarm': '❌ False alarm',
} as const;

export interface SlackMessage {
  /** For notifications and for programs that read the message aloud. */
  text: string;
  blocks: KnownBlock[];
}

export function slackMessage(text: AlertText, deviation: string | null): SlackMessage {
  const blocks: KnownBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(text.title, LONGEST_HEADER), emoji: false } },
  ];
  const lines: RichTextSection[] = [];
  if (text.title.length > LONGEST_HEADER) lines.push(section([{ type: 'text', text: text.title }]));
  if (text.state) lines.push(section([{ type: 'text', text: text.state, style: { italic: true } }]));
  for (const { label, text: row } of text.rows)
    lines.push(
      section([
        ...(label ? [{ type: 'text' as const, text: `${label}: `, style: { bold: true } }] : []),
        { type: 'text', text: cut(row, LONGEST_ROW) },
      ]),
    );
  if (text.url) lines.push(section([{ type: 'link', url: text.url, text: 'open the run' }]));
  if (lines.length > 0) blocks.push({ type: 'rich_text', elements: lines });
  if (deviation !== null && text.open)
    blocks.push({
      type: 'actions',
      block_id: 'offcurve-handle',
      elements: Object.entries(SLACK_ACTIONS).map(([action, label]) => ({
        type: 'button',
        action_id: action,
        text: { type: 'plain_text', text: label, emoji: true },
        value: deviation,
      })),
    });
  return { text: escapeSlack(cut(plainAlert(text), LONGEST_TEXT - 500)), blocks };
}

/** What is said in the thread. */
export const slackReply = (text: AlertText): { text: string } => ({
  text: escapeSlack(cut(text.state ? `${text.title}: ${text.state}` : text.title, LONGEST_TEXT / 2)),
});

/** The three characters that begin links, mentions and commands: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lines are sections of one block, each ended by itself. */
const section = (elements: RichTextSection['elements']): RichTextSection => ({
  type: 'rich_text_section',
  elements: [...elements, { type: 'text', text: '\n' }],
});
