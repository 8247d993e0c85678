// The message as a Slack-like attachment, which Mattermost and Rocket.Chat take from incoming webhooks.
import { type AlertTone, plainAlert } from '../../alerting/alert-text.js';
import type { SignedLinks } from '../../alerting/signed-links.js';
import { type Alert, cut } from './chat-channel.js';

const COLOURS: Readonly<Record<AlertTone, string>> = {
  bad: '#d55e00',
  warning: '#e69f00',
  good: '#009e73',
  over: '#8a8a8a',
  neutral: '#0072b2',
};

/** @param longest characters of the whole message that the service takes */
export function attachmentMessage({ text, deviation, at }: Alert, links: SignedLinks, longest: number): object {
  const title = escapeMarkdown(cut(text.title, Math.floor(longest / 8)));
  const chart = deviation && links.chart(deviation.id, 'light', deviation.version, at);
  const handle = deviation && text.open ? links.handle(deviation.id, 'acknowledge', at) : null;
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
          text.state ? escapeMarkdown(text.state) : '',
          text.url ? `[open the run](${text.url})` : '',
          handle ? `[acknowledge](${handle})` : '',
        ]
          .filter(Boolean)
          .join(' · '),
        fields: rows,
        ...(chart ? { image_url: chart } : {}),
      },
    ],
  };
}

const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-!|<>~:]/g, '\\$&');
