// Rocket.Chat by a bot: the message as it changes, and what people in the room do with it.
import { ChannelPlaces } from '../../src/alerting/channel-places.js';
import type { HandlingAction } from '../../src/alerting/handle-deviation.js';
import type { OpenMessage } from '../../src/alerting/missed-words.js';
import type { PendingMessage } from '../../src/alerting/outbox-message.js';
import type { ListenerParts } from '../../src/outbound/chat/listener.js';
import { RocketChatBot } from '../../src/outbound/chat/rocketchat/rocketchat-bot.js';
import { RocketChatRoom } from '../../src/outbound/chat/rocketchat/rocketchat-room.js';
import { RoomReader } from '../../src/outbound/chat/room-reader.js';
import { FakeRocketChat } from './fakes/fake-rocketchat.js';
import { RememberedRequests } from './fakes/remembered-requests.js';
import { NOW, message, shift, tools } from './sample.js';

const rocket = new FakeRocketChat();
beforeAll(() => rocket.start());
afterAll(() => rocket.stop());

const options = (authToken = rocket.authToken) => ({
  ...{ server: rocket.url, userId: rocket.userId, authToken, room: rocket.room, allowPrivate: true },
});
const send = (of: PendingMessage) => new RocketChatBot('x', options(), tools()).send(of);

class Places extends ChannelPlaces {
  readonly known = new Map<string, string>();
  override load = async (channel: string) => this.known.get(channel) ?? null;
  override save = async (channel: string, place: string) => void this.known.set(channel, place);
}

/** What comes next comes later by the clock, too: places are times. */
async function until(isSo: () => boolean): Promise<void> {
  let tries = 0;
  do await new Promise((resolve) => setTimeout(resolve, 20));
  while (!isSo() && ++tries < 500);
  expect(isSo()).toBe(true);
}

it('carries picture and buttons as links, is edited and answered in its thread, and begins anew where it was deleted', async () => {
  const opened = await send(message('x', 'opened', shift()));
  expect(opened).toEqual({ status: 'sent', receipt: { ids: [expect.stringMatching(/^m\d+$/)] } });
  const { receipt } = opened as { receipt: { ids: string[] } };
  const [attachment] = rocket.posts.at(-1)!.attachments!;
  expect(attachment).toMatchObject({ image_url: expect.stringContaining('/chart.png?') });
  expect((attachment as unknown as { actions: object[] }).actions).toHaveLength(5);
  const over = shift({ version: 2, status: 'resolved', resolvedAt: NOW });
  expect(await send(message('x', 'resolved', over, { first: receipt }))).toEqual({ status: 'sent', receipt });
  expect(rocket.messages.get(receipt.ids[0]!)!.msg).toContain('over');
  expect([...rocket.messages.values()].filter(({ tmid }) => tmid === receipt.ids[0])).toHaveLength(1);
  rocket.messages.delete(receipt.ids[0]!);
  const anew = await send(message('x', 'resolved', over, { first: receipt }));
  expect((anew as { receipt: { ids: string[] } }).receipt.ids).not.toEqual(receipt.ids);
});

it('says when asked whether the bot is known', async () => {
  expect(await new RocketChatBot('x', options(), tools()).check()).toBeNull();
  expect(await new RocketChatBot('x', options('revoked'), tools()).check()).toContain('401');
});

describe('what people do in the room', () => {
  let open: OpenMessage[];
  beforeEach(() => {
    rocket.messages.clear();
    open = [{ deviation: 'dev_a', ids: ['root'], done: [], doneAt: null }];
  });
  const readers: RoomReader[] = [];
  // Also where a test has failed: nothing may go on asking.
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.stop())));

  function listening(authToken?: string, places = new Places(), requests = new RememberedRequests()) {
    const asked: [string, HandlingAction, string][] = [];
    const errors: string[] = [];
    const parts: ListenerParts = {
      channel: 'x',
      outbox: { deviationOf: async (_channel, id) => (id === 'root' ? 'dev_a' : null), openMessages: async () => open },
      handle: async (...what) => {
        asked.push(what);
        open[0]!.done.push(what[1].kind === 'acknowledge' ? 'acknowledged' : what[1].kind);
        return 'Done.';
      },
      onError: (error) => errors.push((error as Error).message),
    };
    const listener = new RoomReader(parts, new RocketChatRoom(options(authToken)), { places, requests }, 20);
    readers.push(listener);
    return {
      ...{ listener, asked, errors, places, requests },
    };
  }
  const by = (username: string) => ({ u: { _id: `id-${username}`, username } });

  it('is carried out: signs on our message, replies in its thread; also what was said while nobody listened, once', async () => {
    rocket.happen('root', { msg: 'lost 12 %', u: { _id: rocket.userId, username: 'offcurve' } });
    rocket.happen('old', { msg: 'resolve', tmid: 'root', ...by('eve') });
    const { listener, asked, errors, places, requests } = listening();
    listener.start();
    await until(() => places.known.has('x'));
    rocket.happen('root', { reactions: { ':eyes:': { usernames: ['ada'] }, ':tada:': { usernames: ['eve'] } } });
    await until(() => asked.length === 1);
    // Our own edit brings the message again, with the sign that stands there.
    rocket.happen('root', { msg: 'lost 12 %, acknowledged by ada' });
    rocket.happen('said', { msg: 'snooze 1h', tmid: 'root', ...by('bob') });
    rocket.happen('talk', { msg: 'resolve', ...by('bob') });
    rocket.happen('ours', { msg: 'resolve', tmid: 'root', u: { _id: rocket.userId, username: 'offcurve' } });
    await until(() => asked.length === 2);
    await listener.stop();
    rocket.happen('later', { msg: 'false alarm', tmid: 'root', ...by('eve') });
    // A sign on a reply brings the reply again.
    rocket.happen('said', { reactions: { ':x:': { usernames: ['eve'] } } });
    const again = listening(undefined, places, requests);
    again.listener.start();
    await until(() => again.asked.length === 1);
    await again.listener.stop();
    const until1h = Date.parse(rocket.messages.get('said')!.ts) + 3_600_000;
    expect([...asked, ...again.asked]).toEqual([
      ['dev_a', { kind: 'acknowledge' }, 'ada'],
      ['dev_a', { kind: 'snooze', until: until1h }, 'bob'],
      ['dev_a', { kind: 'false-alarm' }, 'eve'],
    ]);
    expect([...errors, ...again.errors]).toEqual([]);
  });

  it('is carried out once where the server shows it late, under an older time than what was read before', async () => {
    const { listener, asked, errors, places, requests } = listening();
    places.known.set('x', new Date(Date.now() - 300_000).toISOString());
    const shown = (id: string, msg: string, ageMs: number) => {
      const at = new Date(Date.now() - ageMs).toISOString();
      rocket.messages.set(id, { ...{ _id: id, msg, tmid: 'root', ts: at, _updatedAt: at }, ...by('ada') });
    };
    shown('newest', 'snooze 2h', 0);
    listener.start();
    await until(() => asked.length === 1);
    shown('late', 'ack', 30_000);
    shown('too-late', 'resolve', 90_000);
    await until(() => asked.length === 2);
    await listener.stop();
    const again = listening(undefined, places, requests);
    again.listener.start();
    shown('last', 'false alarm', -1_000);
    await until(() => again.asked.length === 1).finally(() => again.listener.stop());
    expect([...asked, ...again.asked].map(([, { kind }]) => kind)).toEqual(['snooze', 'acknowledge', 'false-alarm']);
    expect([...errors, ...again.errors]).toEqual([]);
  });

  it('is asked for again once the server has had the patience that it asks for, without a word of complaint', async () => {
    const places = new Places();
    places.known.set('x', new Date().toISOString());
    const { listener, asked, errors } = listening(undefined, places);
    rocket.refuseOnce(1);
    // What is said in the very millisecond of the last look counts as read.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const begun = Date.now();
    rocket.happen('patient', { msg: 'ack', tmid: 'root', ...by('ada') });
    listener.start();
    await until(() => asked.length === 1).finally(() => listener.stop());
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_000);
    expect(errors).toEqual([]);
  });

  it('is not asked for again where the token is refused', async () => {
    const places = new Places();
    places.known.set('x', new Date().toISOString());
    const { listener, errors } = listening('revoked', places);
    let requests = 0;
    rocket.heard = () => requests++;
    listener.start();
    await until(() => errors.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await listener.stop();
    rocket.heard = null;
    expect(errors).toEqual(['Rocket.Chat refuses user_id and auth_token']);
    expect(requests).toBe(1);
  });
});
