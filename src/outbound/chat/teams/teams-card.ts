// The message as an Adaptive Card 1.4, the newest that Teams shows everywhere. https://adaptivecards.io/explorer/
import type { AlertText, AlertTone } from '../../../alerting/alert-text.js';
import { cut } from '../chat-channel.js';

/** https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages: about 28 KB in all. */
export const LARGEST_MESSAGE_BYTES = 28_672;
const LONGEST_ROW = 1_500;

const COLOURS: Readonly<Record<AlertTone, string>> = {
  bad: 'Attention',
  warning: 'Warning',
  good: 'Good',
  over: 'Default',
  neutral: 'Accent',
};

export interface TeamsParts {
  picture: string | null;
  actions: Readonly<Record<string, string | null>>;
}

export function teamsMessage(text: AlertText, { picture, actions }: TeamsParts): object {
  const body: object[] = [
    block(cut(text.title, LONGEST_ROW), { weight: 'Bolder', size: 'Medium', color: COLOURS[text.tone] }),
    ...(text.state ? [block(cut(text.state, LONGEST_ROW), { isSubtle: true })] : []),
  ];
  const facts = text.rows
    .filter(({ label }) => label)
    .map(({ label, text: row }) => ({ title: escapeTeams(label), value: escapeTeams(cut(row, LONGEST_ROW)) }));
  if (facts.length > 0) body.push({ type: 'FactSet', facts });
  for (const { label, text: row } of text.rows) if (!label) body.push(block(cut(row, LONGEST_ROW), {}));
  if (picture) body.push({ type: 'Image', url: picture, altText: 'The curve with its predicted band' });
  const links = Object.entries({ 'Open the run': text.url, ...actions });
  const buttons = links.flatMap(([title, url]) => (url ? [{ type: 'Action.OpenUrl', title, url }] : []));
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: escapeTeams(cut(text.title, LONGEST_ROW)),
    body,
    actions: buttons,
    msteams: { width: 'Full' },
  };
  const message = {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
  if (Buffer.byteLength(JSON.stringify(message)) <= LARGEST_MESSAGE_BYTES || text.rows.length === 0) return message;
  return teamsMessage({ ...text, rows: text.rows.slice(0, -1) }, { picture, actions });
}

const block = (text: string, style: object): object => ({
  type: 'TextBlock',
  text: escapeTeams(text),
  wrap: true,
  ...style,
});

/** Text blocks read a little Markdown, and functions such as {{DATE(…)}}. */
export const escapeTeams = (text: string): string =>
  text.replace(/[\\*_[\]()`~>#]/g, '\\$&').replaceAll('{{', '{\u200b{');
