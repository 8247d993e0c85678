// Matrix on a real Synapse: the message, its picture, its edit, its thread; once, whatever is repeated.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelPlaces } from '../../src/alerting/channel-places.js';
import type { HandlingAction } from '../../src/alerting/handle-deviation.js';
import { MatrixChannel } from '../../src/outbound/chat/matrix/matrix-channel.js';
import { MatrixListener } from '../../src/outbound/chat/matrix/matrix-listener.js';
import type { Synapse } from '../servers/synapse.mjs';
import { PICTURE, message, shift, tools } from './sample.js';

let synapse: Synapse;
let limited: Synapse;
let bot: { id: string; token: string };
let human: { id: string; token: string };
let room: string;
let channel: MatrixChannel;

const start = async (options?: object): Promise<Synapse> =>
  (await import('../servers/synapse.mjs' as string)).startSynapse(options);
beforeAll(async () => {
  [synapse, limited] = await Promise.all([start(), start({ limited: true })]);
  bot = await synapse.register('offcurve');
  human = await synapse.register('ada');
  room = await roomOf(synapse, bot.token);
  channel = new MatrixChannel(
    'room',
    { homeserver: synapse.url, accessToken: bot.token, room, allowPrivate: true },
    tools(),
  );
}, 480_000);
afterAll(() => Promise.all([synapse?.stop(), limited?.stop()]));

async function roomOf({ url }: Synapse, token: string): Promise<string> {
  const body = JSON.stringify({ preset: 'private_chat', invite: human && url === synapse.url ? [human.id] : [] });
  const answer = await fetch(`${url}/_matrix/client/v3/createRoom`, {
    ...{ method: 'POST', headers: { authorization: `Bearer ${token}` }, body },
  });
  return ((await answer.json()) as { room_id: string }).room_id;
}

interface MatrixEvent {
  event_id: string;
  type: string;
  content: Record<string, unknown> & { body: string };
  unsigned?: { 'm.relations'?: { 'm.replace'?: { content: { 'm.new_content': { body: string } } } } };
}

async function timeline(): Promise<MatrixEvent[]> {
  const url = `${synapse.url}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bot.token}` } });
  const { chunk } = (await answer.json()) as { chunk: MatrixEvent[] };
  return chunk.filter(({ type }) => type === 'm.room.message').reverse();
}

jest.setTimeout(60_000);

describe('a deviation in a Matrix room', () => {
  it('is one message with its picture, edited and answered in its thread as it changes, however often it is sent', async () => {
    const before = (await timeline()).length;
    const open = shift();
    const first = message('room', 'opened', open);
    const sent = await channel.send(first);
    expect(sent).toMatchObject({ status: 'sent', receipt: { ids: [expect.any(String), expect.any(String)] } });
    expect(sent_(await channel.send(first)).ids).toEqual(sent_(sent).ids);
    const over = shift({ version: 2, status: 'resolved', resolvedAt: open.openedAt + 3_600_000 });
    const second = message('room', 'resolved', over, { first: sent_(sent) });
    await Promise.all([channel.send(second), channel.send(second)]);
    const events = (await timeline()).slice(before);
    expect(events).toHaveLength(4);
    const [text, picture, , reply] = events;
    expect(text!.content.body).toMatch(
      /^llama-1b-03 lost 12 % \(7–18 %\) of its compute: shift of loss at step 41,200/,
    );
    expect(text!.unsigned!['m.relations']!['m.replace']!.content['m.new_content'].body).toMatch(/^over: /);
    expect(reply!.content['m.relates_to']).toMatchObject({ rel_type: 'm.thread', event_id: text!.event_id });
    const media = (picture!.content.url as string).replace('mxc://', '');
    const download = await fetch(`${synapse.url}/_matrix/client/v1/media/download/${media}`, {
      headers: { authorization: `Bearer ${bot.token}` },
    });
    expect(Buffer.from(await download.arrayBuffer()).equals(PICTURE)).toBe(true);
    expect(picture!.content.info).toMatchObject({ w: 960, mimetype: 'image/png' });
  });

  it('shows a run whose name is markup, a link and a mention as plain text', async () => {
    const run = `<a href="https://evil.example">x</a> ${human.id} @room https://evil.example`;
    await channel.send(message('room', 'opened', shift({ id: 'dev_evil', run, runs: [run] })));
    const event = (await timeline()).at(-2)!;
    expect(event.content.formatted_body).toContain('&lt;a href=&quot;https');
    expect(event.content.formatted_body).not.toMatch(/<a href="https:\/\/evil|@room|@ada|https:\/\/evil/);
    expect(event.content['m.mentions']).toEqual({});
  });

  it('fails for good where the token or the room is wrong, and says so when asked', async () => {
    const options = { homeserver: synapse.url, accessToken: bot.token, room, allowPrivate: true };
    const revoked = new MatrixChannel('room', { ...options, accessToken: 'nonsense' }, tools());
    expect(await revoked.send(message('room', 'opened', shift()))).toMatchObject({ status: 'failed' });
    const elsewhere = new MatrixChannel('room', { ...options, room: '!nowhere:test.local' }, tools());
    expect(await elsewhere.send(message('room', 'opened', shift()))).toMatchObject({ status: 'failed' });
    expect(await elsewhere.check()).toContain('not in the room');
    expect(await channel.check()).toBeNull();
    const closed = new MatrixChannel('room', { ...options, allowPrivate: false }, tools());
    expect(await closed.send(message('room', 'opened', shift()))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('allow_private'),
    });
  });

  it('waits as long as the server asks where it sends too fast, and loses nothing', async () => {
    const { token } = await limited.register('offcurve');
    const options = { homeserver: limited.url, accessToken: token, allowPrivate: true };
    const busy = new MatrixChannel('room', { ...options, room: await roomOf(limited, token) }, tools());
    // At once, so that a slow machine does not keep the limit by itself.
    const at = (n: number) => message('room', 'opened', shift({ id: `dev_${n}` }));
    const results = await Promise.all(Array.from({ length: 24 }, (_, n) => busy.send(at(n))));
    const refused = results.findIndex(({ status }) => status === 'retry');
    const last = results[refused] as { status: 'retry'; afterMs: number };
    expect(last).toMatchObject({ status: 'retry', afterMs: expect.any(Number) });
    await sleep(last.afterMs + 50);
    expect(await busy.send(at(refused))).toMatchObject({
      status: expect.stringMatching(/sent|retry/),
    });
  });
});

/** One room that ada has joined, with one message in it, and what the listener made of people's words there. */
async function listenedRoom() {
  const room = await roomOf(synapse, bot.token);
  const as = async (token: string, method: string, path: string, body: object = {}) => {
    const answer = await fetch(`${synapse.url}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/${path}`, {
      ...{ method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) },
    });
    expect(answer.status).toBe(200);
  };
  await as(human.token, 'POST', 'join');
  const options = { homeserver: synapse.url, accessToken: bot.token, room, allowPrivate: true };
  const sent = await new MatrixChannel('room', options, tools()).send(message('room', 'opened', shift()));
  const [root, picture] = sent_(sent).ids;
  let place: string | null = null;
  let heard: () => void = () => undefined;
  const done: [string, HandlingAction['kind'], string][] = [];
  const errors: unknown[] = [];
  const places: ChannelPlaces = {
    load: async () => place,
    save: async (_channel, next) => {
      place = next;
      heard();
    },
  };
  let count = 0;
  return {
    ...{ root: root!, picture: picture!, done, errors },
    listener: () =>
      new MatrixListener({
        ...{ channel: 'room', options, places, onError: (error: unknown) => errors.push(error) },
        outbox: { deviationOf: async (_channel, id) => (sent_(sent).ids.includes(id) ? 'dev_1' : null) },
        handle: async (deviation, { kind }, actor) => done.push([deviation, kind, actor]),
      }),
    until: async (isSo: () => boolean) => {
      while (!isSo()) await new Promise<void>((resolve) => (heard = resolve));
    },
    begun: () => place !== null,
    react: (key: string, about: string) =>
      as(human.token, 'PUT', `send/m.reaction/t${++count}`, {
        'm.relates_to': { rel_type: 'm.annotation', event_id: about, key },
      }),
    reply: (body: string) =>
      as(human.token, 'PUT', `send/m.room.message/t${++count}`, {
        ...{ msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: root } },
      }),
  };
}

describe('what people say in the room', () => {
  it('is carried out: reactions to the message and its picture, replies in its thread; and nothing else is', async () => {
    const here = await listenedRoom();
    const listener = here.listener();
    listener.start();
    await here.until(here.begun);
    await here.react('👍', here.root);
    await here.react('👀', here.root);
    await here.react('💤', here.picture);
    await here.reply('what was that?');
    await here.reply('false alarm');
    await here.until(() => here.done.length >= 3);
    await listener.stop();
    expect(here.done).toEqual([
      ['dev_1', 'acknowledge', human.id],
      ['dev_1', 'snooze', human.id],
      ['dev_1', 'false-alarm', human.id],
    ]);
    expect(here.errors).toEqual([]);
  });

  it('while nobody listened is carried out later, once, also where it is more than one answer holds', async () => {
    const here = await listenedRoom();
    const first = here.listener();
    first.start();
    await here.until(here.begun);
    await first.stop();
    await here.react('✅', here.root);
    await Promise.all(Array.from({ length: 120 }, (_, n) => here.reply(`talk ${n}`)));
    const second = here.listener();
    second.start();
    await here.until(() => here.done.length > 0);
    await here.reply('ack');
    await here.until(() => here.done.length > 1);
    await second.stop();
    expect(here.done.map(([, kind]) => kind)).toEqual(['resolve', 'acknowledge']);
    expect(here.errors).toEqual([]);
  });
});

const sent_ = (result: Awaited<ReturnType<MatrixChannel['send']>>) =>
  (result as { receipt: { ids: string[] } }).receipt;
