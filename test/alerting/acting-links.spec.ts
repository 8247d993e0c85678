// Services without reactions and replies: each message carries signed links instead, until its deviation is over.
import type { Channel } from '../../src/alerting/channel.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import { NtfyChannel } from '../../src/outbound/chat/ntfy/ntfy-channel.js';
import { RocketChatChannel } from '../../src/outbound/chat/rocketchat/rocketchat-channel.js';
import { TeamsChannel } from '../../src/outbound/chat/teams/teams-channel.js';
import type { ChatTools } from '../../src/outbound/chat/chat-channel.js';
import { linkedActions } from './acting-links.js';
import { FakeNtfy } from './fakes/fake-ntfy.js';
import { FakeRocketChat } from './fakes/fake-rocketchat.js';
import { FakeTeams } from './fakes/fake-teams.js';
import { NOW, PUBLIC_URL, message, shift, tools } from './sample.js';

const ALL = ['acknowledge', 'snooze-1h', 'snooze-8h', 'resolve', 'false-alarm'];
const WEEK_MS = 7 * 86_400_000;
const teams = new FakeTeams();
const ntfy = new FakeNtfy();
const rocket = new FakeRocketChat();
const fakes = [teams, ntfy, rocket];
beforeAll(() => Promise.all(fakes.map((fake) => fake.start())));
afterAll(() => Promise.all(fakes.map((fake) => fake.stop())));

const CHANNELS: { name: string; of: (common: ChatTools) => Channel; shown: () => unknown; actions: string[] }[] = [
  {
    ...{ name: 'Teams', shown: () => teams.cards.at(-1), actions: ALL },
    of: (common) => new TeamsChannel('x', { webhookUrl: teams.hook(), allowPrivate: true }, common),
  },
  {
    // Three buttons, and the text.
    ...{ name: 'ntfy', shown: () => ntfy.pushes.at(-1) },
    actions: ['acknowledge', 'snooze-8h', 'resolve', 'false-alarm'],
    of: (common) => {
      const { url: server, topic, token } = ntfy;
      return new NtfyChannel('x', { server, topic, token, allowPrivate: true }, common);
    },
  },
  {
    ...{ name: 'Rocket.Chat', shown: () => rocket.posts.at(-1), actions: ALL },
    of: (common) => new RocketChatChannel('x', { webhookUrl: rocket.hook(), allowPrivate: true }, common),
  },
];

describe.each(CHANNELS)('a message by $name', ({ of, shown, actions }) => {
  async function linked(type: 'opened' | 'updated' | 'resolved', parts: object, common = tools(), now = NOW) {
    const deviation = shift(parts);
    expect(await of(common).send(message('x', type, deviation))).toMatchObject({ status: 'sent' });
    // As text, line by line.
    const text = JSON.stringify(shown(), null, 1).replaceAll('\\n', '\n');
    return linkedActions(text, deviation.id, now).sort();
  }

  it('acts by links that are signed, while there is something to handle, also where its text is cut', async () => {
    const wanted = actions.toSorted();
    expect(await linked('opened', {})).toEqual(wanted);
    expect(await linked('updated', { version: 2, kind: 'drift' })).toEqual(wanted);
    expect(await linked('opened', { evidence: Array(30).fill('é'.repeat(4_000)), advice: 'x '.repeat(5_000) })).toEqual(
      wanted,
    );
    expect(await linked('resolved', { version: 3, status: 'resolved', resolvedAt: NOW })).toEqual([]);
  });

  it('carries links that are over after a week, and none that nobody can sign', async () => {
    expect(await linked('opened', {}, tools(), NOW + WEEK_MS - 1_000)).toHaveLength(actions.length);
    expect(await linked('opened', {}, tools(), NOW + WEEK_MS + 1_000)).toEqual([]);
    await linked('opened', {}, { ...tools(), links: new SignedLinks(PUBLIC_URL, null) });
    expect(JSON.stringify(shown())).not.toContain('/chat/handle/');
  });
});
