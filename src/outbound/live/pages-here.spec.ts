// Pages that keep up hear of everything; one that does not misses what is passing, and nothing else.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { type Socket as Page, io } from 'socket.io-client';
import { PagesHere } from './pages-here.js';

const web = createServer();
const server = new Server(web);
const live = server.of('/live');
let now = 0;
const pages = new PagesHere(live, () => now);
let page: Page;
let there: Socket;
const heard: string[] = [];

beforeAll(async () => {
  live.on('connection', (socket) => void socket.join('all'));
  await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
  const { port } = web.address() as AddressInfo;
  page = io(`http://127.0.0.1:${port}/live`, { transports: ['websocket'] });
  for (const event of ['points', 'deviation']) page.on(event, (body: string) => heard.push(body));
  await new Promise<void>((connected) => page.on('connect', connected));
  [there] = (await live.local.fetchSockets()) as unknown as [Socket];
  there = live.sockets.get(there.id)!;
});
afterAll(async () => {
  page?.disconnect();
  await server.close();
});
beforeEach(() => void heard.splice(0));

const passing = (body: string) => pages.say({ rooms: ['all'], event: 'points', body, passing: true });
const kept = (body: string) => pages.say({ rooms: ['all'], event: 'deviation', body, passing: false });
const last = async (): Promise<string[]> => {
  kept('last');
  while (heard.at(-1) !== 'last') await new Promise((go) => setTimeout(go, 5));
  return heard.splice(0).slice(0, -1);
};

it('a page that keeps up hears of fifty things said at once', async () => {
  const said = Array.from({ length: 50 }, (_, i) => `n${i}`);
  said.forEach(passing);
  expect(await last()).toEqual(said);
});

it('a page that has not taken what was said for over a second misses what is passing until it has, and keeps what is not', async () => {
  const { transport } = there.conn;
  // As if the network took nothing.
  (transport as { writable: boolean }).writable = false;
  passing('waits');
  now += 1001;
  passing('missed');
  kept('waits too');
  (transport as { writable: boolean }).writable = true;
  transport.emit('drain');
  expect(await last()).toEqual(['waits', 'waits too']);
  passing('heard again');
  expect(await last()).toEqual(['heard again']);
});
