// Mattermost by a bot: the post as it changes, and what people in the channel do with it.
import { ChannelPlaces } from '../../src/alerting/channel-places.js';
import type { HandlingAction } from '../../src/alerting/handle-deviation.js';
import type { OpenMessage } from '../../src/alerting/missed-words.js';
import type { PendingMessage, Receipt } from '../../src/alerting/outbox-message.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import type { ListenerParts } from '../../src/outbound/chat/listener.js';
import { MattermostBot } from '../../src/outbound/chat/mattermost/mattermost-bot.js';
import { MattermostRoom } from '../../src/outbound/chat/mattermost/mattermost-room.js';
import { RoomReader } from '../../src/outbound/chat/room-reader.js';
import { FakeMattermostServer, type MattermostPost } from './fakes/fake-mattermost-server.js';
import { RememberedRequests } from './fakes/remembered-requests.js';
import { NOW, PICTURE, PUBLIC_URL, message, shift, tools } from './sample.js';

let server: FakeMattermostServer;
beforeEach(async () => void (server = await new FakeMattermostServer().start()));
afterEach(() => server.stop());

const options = (parts: { token?: string; channel?: string } = {}) => ({
  ...{ server: server.url, token: server.token, channel: server.channel, allowPrivate: true },
  ...parts,
});
const bot = (parts = {}, common = tools()) => new MattermostBot('x', options(parts), common);
const send = (of: PendingMessage, common = tools()) => bot({}, common).send(of);
const over = () => shift({ version: 2, status: 'resolved', resolvedAt: NOW });

async function opened(parts: Parameters<typeof message>[3] = {}): Promise<{ receipt: Receipt; post: MattermostPost }> {
  const result = await send(message('x', 'opened', shift(), parts));
  expect(result).toMatchObject({ status: 'sent', receipt: { place: server.channel } });
  const { receipt } = result as { receipt: Receipt };
  return { receipt, post: server.posts.get(receipt.ids[0]!)! };
}
const attachmentOf = ({ props }: MattermostPost) =>
  props.attachments![0] as unknown as { text: string; image_url?: string; actions?: { integration: object }[] };
const repliesTo = (root: string) => [...server.posts.values()].filter(({ root_id: id }) => id === root);

/** What comes next comes later by the clock, too: places are times. */
async function until(isSo: () => boolean): Promise<void> {
  let tries = 0;
  do await new Promise((resolve) => setTimeout(resolve, 20));
  while (!isSo() && ++tries < 500);
  expect(isSo()).toBe(true);
}

describe('the post', () => {
  it('carries the picture, buttons that Mattermost posts to us, and how else to answer', async () => {
    const { post } = await opened();
    expect(post.file_ids.map((id) => server.files.get(id)!.equals(PICTURE))).toEqual([true]);
    expect(attachmentOf(post)).toMatchObject({
      text: expect.stringContaining('React 👀 to acknowledge'),
      actions: Array.from({ length: 5 }, () => ({ integration: { url: `${PUBLIC_URL}/chat/mattermost` } })),
    });
    expect(attachmentOf(post)).not.toHaveProperty('image_url');
  });

  it('has no buttons where nothing can be signed', async () => {
    const unsigned = { ...tools(), links: new SignedLinks(PUBLIC_URL, null) };
    await send(message('x', 'opened', shift()), unsigned);
    expect(attachmentOf(server.shown[0]!)).not.toHaveProperty('actions');
  });

  it('is edited and answered in its thread, keeps its picture, and loses its buttons when it is over', async () => {
    const { receipt, post } = await opened();
    const picture = post.file_ids;
    expect(await send(message('x', 'resolved', over(), { first: receipt }))).toEqual({ status: 'sent', receipt });
    expect(post.message).toMatch(/^over\\: /);
    expect(post.file_ids).toEqual(picture);
    expect(attachmentOf(post)).not.toHaveProperty('actions');
    expect(attachmentOf(post).text).not.toContain('React');
    expect(repliesTo(post.id).map(({ message: said }) => said)).toEqual([expect.stringMatching(/^over\\: /)]);
  });

  it('begins anew where somebody deleted it', async () => {
    const { receipt, post } = await opened();
    server.delete(post.id);
    const anew = await send(message('x', 'resolved', over(), { first: receipt }));
    expect((anew as { receipt: Receipt }).receipt.ids).not.toEqual(receipt.ids);
    expect(repliesTo(post.id)).toEqual([]);
  });

  it('is left as it is where the time to edit is over: its thread tells the news', async () => {
    const { receipt, post } = await opened();
    const before = post.message;
    server.editsAreOver = true;
    expect(await send(message('x', 'resolved', over(), { first: receipt }))).toEqual({ status: 'sent', receipt });
    expect(post.message).toBe(before);
    expect(repliesTo(post.id)).toHaveLength(1);
  });

  it('is answered where it stands, also after the settings name another channel', async () => {
    const { receipt, post } = await opened();
    const elsewhere = bot({ channel: 'b'.repeat(26) });
    expect(await elsewhere.send(message('x', 'resolved', over(), { first: receipt }))).toMatchObject({
      status: 'sent',
    });
    expect(repliesTo(post.id)).toHaveLength(1);
  });

  it('is shown once where the answer was lost and it is sent again at once', async () => {
    const first = await opened();
    const again = await opened();
    expect(again.post).toBe(first.post);
    expect(server.shown).toHaveLength(1);
  });

  it('links to its picture where the server takes no files, or fails to take them twice', async () => {
    server.takesFiles = false;
    const { post, receipt } = await opened();
    expect(attachmentOf(post).image_url).toContain('/chart.png?');
    await send(message('x', 'updated', shift({ version: 2 }), { first: receipt }));
    expect(attachmentOf(post).image_url).toContain('/chart.png?');
    server.takesFiles = true;
    const broken = message('x', 'opened', shift({ id: 'dev_broken' }));
    server.breakOnce(500);
    expect(await send(broken)).toMatchObject({ status: 'retry' });
    server.breakOnce(500);
    expect(await send({ ...broken, tries: 1 })).toMatchObject({ status: 'sent' });
    expect(server.shown.at(-1)!.file_ids).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each([
    ['the token was revoked', () => bot({ token: 'old' }), 'api.context.session_expired.app_error', /another one/],
    ['the bot was removed', () => ((server.member = false), bot()), 'api.context.permissions.app_error', /in the chan/],
    ['the channel is gone', () => bot({ channel: 'a'.repeat(26) }), 'app.channel.get.existing.app_error', /404/],
    ['it is archived', () => ((server.archivedAt = 1), bot()), 'can_not_post_to_deleted.error', /400/],
  ])('is for good where %s: it names the reason', async (_name, made, id, fix) => {
    const channel = made();
    const result = await channel.send(message('x', 'opened', shift()));
    expect(result).toMatchObject({ status: 'failed', error: expect.stringContaining(id) });
    expect((result as { error: string }).error).toMatch(fix);
    expect(await channel.check()).toMatch(fix === undefined ? '' : /401|403|404|archived/);
  });

  it('is given up for good in the thread, too, where the bot was removed meanwhile', async () => {
    const { receipt } = await opened();
    server.member = false;
    expect(await send(message('x', 'resolved', over(), { first: receipt }))).toMatchObject({
      ...{ status: 'failed', error: expect.stringContaining('api.context.permissions.app_error') },
    });
  });

  it('is none in the eyes of check where all is well', async () => expect(await bot().check()).toBeNull());

  it.each([
    [7, 7_000],
    [NOW / 1000 + 9, 9_000],
  ])('for now waits as X-RateLimit-Reset says where there is no Retry-After (%i)', async (reset, wait) => {
    server.withoutRetryAfter = true;
    server.refuseOnce(reset);
    expect(await send(message('x', 'opened', shift()))).toMatchObject({ status: 'retry', afterMs: wait });
  });
});

class Places extends ChannelPlaces {
  readonly known = new Map<string, string>();
  override load = async (channel: string) => this.known.get(channel) ?? null;
  override save = async (channel: string, place: string) => void this.known.set(channel, place);
}

describe('what people do in the channel', () => {
  let root: string;
  let open: OpenMessage[];
  const readers: RoomReader[] = [];
  // Also where a test has failed: nothing may go on asking.
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.stop())));
  beforeEach(() => {
    root = server.say('bot', 'lost 12 %').id;
    open = [{ deviation: 'dev_a', ids: [root], done: [], doneAt: null }];
  });

  function listening(places = new Places(), token = server.token, requests = new RememberedRequests()) {
    const asked: [string, HandlingAction, string][] = [];
    const errors: string[] = [];
    const parts: ListenerParts = {
      channel: 'x',
      outbox: { deviationOf: async (_channel, id) => (id === root ? 'dev_a' : null), openMessages: async () => open },
      handle: async (...what) => {
        asked.push(what);
        open[0]!.done.push(what[1].kind === 'acknowledge' ? 'acknowledged' : what[1].kind);
        return 'Done.';
      },
      onError: (error) => errors.push((error as Error).message),
    };
    const reader = new RoomReader(parts, new MattermostRoom(options({ token }), parts), { places, requests }, 20);
    readers.push(reader);
    return { reader, asked, errors, places, requests };
  }
  /** Reads on from before everything. */
  const fromTheStart = () => {
    const places = new Places();
    places.known.set('x', new Date(server.posts.get(root)!.create_at - 1).toISOString());
    return places;
  };

  it('is carried out by name: signs on our post, replies in its thread; also what was said while nobody listened, once', async () => {
    const old = server.say('eve', 'resolve', root);
    const { reader, asked, errors, places, requests } = listening();
    // The server lets no two things happen in one millisecond, and so may be a little ahead of us.
    await until(() => Date.now() > old.create_at);
    reader.start();
    await until(() => places.known.has('x'));
    server.react('ada', 'eyes', root);
    server.react('eve', 'tada', root);
    await until(() => asked.length === 1);
    // Our own edit brings the post again, with the sign that stands there.
    await bot().send(message('x', 'updated', shift(), { first: { ids: [root] }, cause: 'acknowledged', actor: 'ada' }));
    const said = server.say('bob', 'snooze 1h', root);
    server.say('bob', 'resolve');
    server.say('bot', 'resolve', root);
    server.say('ci', 'resolve', root, { from_bot: 'true' });
    await until(() => asked.length === 2);
    await reader.stop();
    server.say('eve', 'false alarm', root);
    const taken = server.say('eve', 'resolve', root);
    server.delete(taken.id);
    // Signs on replies bring them again.
    server.react('eve', 'x', said.id);
    server.react('eve', 'x', old.id);
    const again = listening(places, undefined, requests);
    again.reader.start();
    await until(() => again.asked.length === 1);
    await again.reader.stop();
    expect([...asked, ...again.asked]).toEqual([
      ['dev_a', { kind: 'acknowledge' }, 'ada'],
      ['dev_a', { kind: 'snooze', until: said.create_at + 3_600_000 }, 'bob'],
      ['dev_a', { kind: 'false-alarm' }, 'eve'],
    ]);
    expect([...errors, ...again.errors]).toEqual([]);
  });

  it('is carried out once where the server shows it late, under an older time than what was read before', async () => {
    const { reader, asked, errors } = listening(fromTheStart());
    const newest = server.say('ada', 'snooze 2h', root);
    reader.start();
    await until(() => asked.length === 1);
    const late = server.say('bob', 'ack', root);
    late.create_at = late.update_at = newest.create_at - 1;
    await until(() => asked.length === 2);
    server.say('eve', 'resolve', root);
    await until(() => asked.length === 3);
    await reader.stop();
    expect(asked.map(([, { kind }, actor]) => [kind, actor])).toEqual([
      ['snooze', 'ada'],
      ['acknowledge', 'bob'],
      ['resolve', 'eve'],
    ]);
    expect(errors).toEqual([]);
  });

  it('is found behind a thousand other posts, once', async () => {
    server.say('bob', 'ack', root);
    for (let n = 0; n < 1_200; n++) server.say('ci', `build ${n}`);
    server.say('ci', 'build 1200');
    const { reader, asked, errors, places } = listening(fromTheStart());
    reader.start();
    const last = [...server.posts.values()].at(-1)!;
    await until(() => places.known.get('x') === new Date(last.update_at).toISOString());
    await reader.stop();
    expect(asked).toEqual([['dev_a', { kind: 'acknowledge' }, 'bob']]);
    expect(errors).toEqual([]);
  });

  it('waits as long as the server asks', async () => {
    server.say('bob', 'ack', root);
    server.refuseOnce(1);
    const asks: number[] = [];
    server.heard = () => asks.push(Date.now());
    const begun = Date.now();
    const { reader, asked, errors } = listening(fromTheStart());
    reader.start();
    await until(() => asked.length === 1);
    await reader.stop();
    expect(asks[0]! - begun).toBeGreaterThanOrEqual(990);
    expect(errors).toEqual([]);
  });

  it('is not asked for again where the token is refused', async () => {
    const { reader, errors } = listening(fromTheStart(), 'revoked');
    let requests = 0;
    server.heard = () => requests++;
    reader.start();
    await until(() => errors.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await reader.stop();
    expect(errors).toEqual(['Mattermost refuses the token of the bot']);
    expect(requests).toBe(1);
  });
});
