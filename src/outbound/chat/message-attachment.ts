// The message as a Slack-like attachment, which Mattermost and Rocket.Chat take from incoming webhooks.
import type { ActionName } from '../../alerting/chat-command.js';
import { type AlertText, type AlertTone, plainAlert } from '../../alerting/alert-text.js';
import type { SignedLinks } from '../../alerting/signed-links.js';
import { type Alert, cut } from './chat-channel.js';

const COLOURS: Readonly<Record<AlertTone, string>> = {
  bad: '#d55e00',
  warning: '#e69f00',
  good: '#009e73',
  over: '#8a8a8a',
  neutral: '#0072b2',
};

/** The five things that can be done, in the order of their buttons. */
export const BUTTONS: Readonly<Record<ActionName, string>> = {
  acknowledge: '👀 Acknowledge',
  'snooze-1h': '💤 1 h',
  'snooze-8h': '💤 8 h',
  resolve: '✅ Resolve',
  'false-alarm': '❌ False alarm',
};

export interface AttachmentForm {
  /** Characters of the whole message that the service takes. */
  longest: number;
  /** A button in the service's own form, or null where there is none. */
  buttonOf: (deviation: string, action: ActionName, label: string) => object | null;
  /** The picture goes with the message itself, and needs no link. */
  hasPicture?: boolean;
  /** How to answer while there is something to handle. */
  hint?: string;
}

export function attachmentMessage(
  { text, deviation, at }: Alert,
  links: SignedLinks,
  { longest, buttonOf, hasPicture = false, hint }: AttachmentForm,
): { text: string; attachments: object[] } {
  const title = escapeMarkdown(cut(text.title, Math.floor(longest / 8)));
  const chart = deviation && !hasPicture && links.chart(deviation.id, 'light', deviation.version, at);
  const actions = Object.entries(deviation && text.open ? BUTTONS : {}).flatMap(
    ([action, label]) => buttonOf(deviation!.id, action as ActionName, label) ?? [],
  );
  const most = Math.floor(longest / 2 / Math.max(1, text.rows.length));
  const rows = text.rows.map(({ label, text: row }) => ({
    short: false,
    title: label,
    value: escapeMarkdown(cut(row, most)),
  }));
  return {
    text: title,
    attachments: [
      {
        fallback: cut(plainAlert(text), Math.floor(longest / 4)),
        color: COLOURS[text.tone],
        text: [
          [text.state ? escapeMarkdown(text.state) : '', text.url ? `[open the run](${text.url})` : '']
            .filter(Boolean)
            .join(' · '),
          deviation && text.open ? (hint ?? '') : '',
        ]
          .filter(Boolean)
          .join('\n'),
        fields: rows,
        ...(chart ? { image_url: chart } : {}),
        ...(actions.length > 0 ? { actions } : {}),
      },
    ],
  };
}

/** What the message says at its head: all that an edit changes where the rest stays, and what a reply in its thread says. */
export const firstLines = ({ title, state }: AlertText, longest: number): string =>
  [title, state ?? '']
    .map((line) => escapeMarkdown(cut(line, Math.floor(longest / 8))))
    .join('\n')
    .trim();

export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-!|<>~:]/g, '\\$&');
