// Live push over a real socket.io client.
import { type Socket, io } from 'socket.io-client';
import { type TestService, testService } from './test-service.js';

const READ = 'read-0123456789abcdef';
const SEND = { authorization: 'Bearer send-0123456789abcdef' };
let service: TestService;
const open: Socket[] = [];
beforeAll(async () => {
  service = await testService({ OFFCURVE_TOKENS: `page:read:${READ},jobs:ingest:send-0123456789abcdef` });
});
afterEach(() => open.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => service?.stop());

function client(auth: object, namespace = '/live', headers: Record<string, string> = {}): Socket {
  const socket = io(service.url + namespace, {
    ...{ auth, transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders: headers },
  });
  open.push(socket);
  return socket;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says itself what it expects
type Message = any;

/** The first message of a kind, or the refusal. */
const heard = (socket: Socket, event: string): Promise<Message> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('connect_error', reject);
  });

/** The first message with points in it: a run's status may have been told before. */
const newPoints = (socket: Socket): Promise<Message> =>
  new Promise((resolve) => socket.on('points', (news) => news.points.length > 0 && resolve(news)));

async function watching(what: unknown): Promise<Socket> {
  const socket = client({ token: READ });
  await heard(socket, 'connect');
  expect(await socket.emitWithAck('watch', what)).toEqual({ ok: true });
  return socket;
}

const send = (body: unknown, path = '/v1/metrics') => service.call('POST', path, body, SEND);

it('pushes the points of a watched run, numbered, with how its metrics stand', async () => {
  const socket = await watching({ run: 'watched' });
  const points = heard(socket, 'points');
  await send([
    { run: 'other', step: 1, metrics: { loss: 1 } },
    { run: 'watched', step: 1, time: 1_790_000_000, metrics: { loss: 2.5 } },
    { run: 'watched', step: 2, time: 1_790_000_001, metrics: { loss: NaN, lr: 0.1 }, nonfinite: { loss: 'nan' } },
  ]);
  expect(await points).toMatchObject({
    ...{ run: 'watched', status: 'running', attempt: 1, newest_step: 2, seq_from: 1, seq_to: 2, summary: false },
    points: [
      { attempt: 1, step: 1, time: '2026-09-21T14:13:20.000Z', late: false, metrics: { loss: 2.5 } },
      { attempt: 1, step: 2, metrics: { loss: null, lr: 0.1 }, nonfinite: { loss: 'nan' } },
    ],
    standings: { loss: { step: expect.any(Number) } },
  });
});

it('sends the fleet news of every run of one batch, however many', async () => {
  const names = Array.from({ length: 200 }, (_, i) => `one-of-many-${i}`);
  const told = new Set<string>();
  const socket = await watching({ all: true });
  const all = new Promise<void>((resolve) =>
    socket.on('points', ({ run }: Message) => {
      if (told.add(run).size === names.length) resolve();
    }),
  );
  await send(names.map((run) => ({ run, step: 1, metrics: { loss: 2 } })));
  await all;
  expect([...told].sort()).toEqual([...names].sort());
});

it('sends the fleet and a family the newest point of each run', async () => {
  await send({ run: 'member', family: 'fam' }, '/v1/runs');
  const all = newPoints(await watching({ all: true }));
  const family = newPoints(await watching({ family: 'fam' }));
  await send([1, 2, 3].map((step) => ({ run: 'member', step, metrics: { loss: step } })));
  const newest = { run: 'member', family: 'fam', summary: true, points: [{ step: 3 }], seq_to: 3 };
  expect(await all).toMatchObject(newest);
  expect(await family).toMatchObject(newest);
});

it('pushes a deviation when it opens', async () => {
  const socket = await watching({ run: 'broken' });
  const deviation = heard(socket, 'deviation');
  await send([1, 2].map((step) => ({ run: 'broken', step, metrics: { loss: null }, nonfinite: 'nan' })));
  expect(await deviation).toMatchObject({
    change: 'opened',
    deviation: { run: 'broken', kind: 'non-finite', step: 2, started_at_step: 1, status: 'open' },
  });
});

it('stops when a page no longer watches', async () => {
  const socket = await watching({ run: 'left' });
  await socket.emitWithAck('unwatch', { run: 'left' });
  let heardMore = false;
  socket.on('points', ({ run }) => (heardMore ||= run === 'left'));
  const marker = heard(await watching({ run: 'marker' }), 'points');
  await send({ run: 'left', step: 1, metrics: { loss: 1 } });
  await send({ run: 'marker', step: 1, metrics: { loss: 1 } });
  await marker;
  expect(heardMore).toBe(false);
});

it.each([[{}], [{ all: false }], [{ run: '' }], ['all'], [{ run: 'a', family: 'b' }]])(
  'refuses to watch %j',
  async (what) => {
    const socket = client({ token: READ });
    await heard(socket, 'connect');
    expect(await socket.emitWithAck('watch', what)).toMatchObject({ ok: false });
  },
);

it.each<[string, object, string, Record<string, string>]>([
  ['no token', {}, '/live', {}],
  ['an unknown token', { token: 'unknown-0123456789abcdef' }, '/live', {}],
  ['a token that may not read', { token: 'send-0123456789abcdef' }, '/live', {}],
  ['another namespace', { token: READ }, '/', {}],
  ['a page of another site', { token: READ }, '/live', { origin: 'https://evil.example' }],
])('refuses %s', async (_what, auth, namespace, headers) => {
  await expect(heard(client(auth, namespace, headers), 'connect')).rejects.toBeInstanceOf(Error);
});

it('takes the token as a header where a client can set one', async () => {
  await heard(client({}, '/live', { authorization: `Bearer ${READ}` }), 'connect');
});
