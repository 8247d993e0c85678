// The message as Telegram's HTML with inline buttons. Limits: https://core.telegram.org/bots/api#sendmessage
import type { AlertText } from '../../../alerting/alert-text.js';
import { cut } from '../chat-channel.js';

/** Characters of a message after its markup is read. */
export const LONGEST_MESSAGE = 4_096;
/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
export const LARGEST_CALLBACK_BYTES = 64;

/** `CODE:DEVIATION`, short enough for a button. */
export const TELEGRAM_ACTIONS = {
  ack: ['acknowledge', '👀 Acknowledge'],
  s1: ['snooze-1h', '💤 1 h'],
  s8: ['snooze-8h', '💤 8 h'],
  res: ['resolve', '✅ Resolve'],
  fa: ['false-alarm', '❌ False alarm'],
} as const;

export function telegramHtml(text: AlertText): string {
  const title = cut(text.title, 500);
  const parts = [text.tone === 'over' ? `<s>${escapeTelegram(title)}</s>` : `<b>${escapeTelegram(title)}</b>`];
  let room = LONGEST_MESSAGE - title.length - 100;
  if (text.state) {
    parts.push(`<i>${escapeTelegram(cut(text.state, 300))}</i>`);
    room -= 300;
  }
  for (const { label, text: row } of text.rows) {
    const line = cut(row, 1_000);
    room -= line.length + label.length + 4;
    if (room < 0) break;
    parts.push(label ? `<b>${escapeTelegram(label)}</b>: ${escapeTelegram(line)}` : escapeTelegram(line));
  }
  if (text.url) parts.push(`<a href="${escapeTelegram(text.url).replaceAll('"', '&quot;')}">open the run</a>`);
  return parts.join('\n');
}

export const telegramReply = (text: AlertText): string =>
  escapeTelegram(cut(text.state ? `${text.title}: ${text.state}` : text.title, 1_000));

/** An empty keyboard takes the buttons away. */
export function telegramButtons(text: AlertText, deviation: string | null): object {
  if (deviation === null || !text.open) return { inline_keyboard: [] };
  const buttons = Object.entries(TELEGRAM_ACTIONS).map(([code, [, label]]) => ({
    text: label,
    callback_data: `${code}:${deviation}`,
  }));
  return { inline_keyboard: [buttons.slice(0, 3), buttons.slice(3)] };
}

/** https://core.telegram.org/bots/api#html-style */
const escapeTelegram = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
