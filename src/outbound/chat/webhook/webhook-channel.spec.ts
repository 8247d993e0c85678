// The signed webhook against a receiver that verifies it with the standard's own library.
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { PendingMessage } from '../../../alerting/outbox-message.js';
import { WebhookChannel } from './webhook-channel.js';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok!').toString('base64')}`;
const message: PendingMessage = {
  id: 'hook/dev_1/1',
  channel: 'hook',
  deviationId: 'dev_1',
  deviationVersion: 1,
  type: 'opened',
  body: JSON.stringify({ specversion: '1.0', id: 'dev_1/1', data: { run: 'größer' } }),
  createdAt: 0,
  tries: 0,
  first: null,
};
const taken: { headers: IncomingHttpHeaders; body: string }[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      taken.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  taken.length = 0;
  answer = { status: 204 };
});

const channel = (parts: Partial<ConstructorParameters<typeof WebhookChannel>[1]> = {}) =>
  new WebhookChannel('hook', { url, secret: SECRET, allowPrivate: true, ...parts });
const verified = (secret: string, at = 0) =>
  new Webhook(secret).verify(taken[at]!.body, taken[at]!.headers as Record<string, string>);

it('is signed so that the standard library verifies it, and another secret does not', async () => {
  expect(await channel().send(message)).toEqual({ status: 'sent' });
  expect(verified(SECRET)).toMatchObject({ id: 'dev_1/1', data: { run: 'größer' } });
  expect(() => verified(`whsec_${Buffer.from('another one').toString('base64')}`)).toThrow('No matching signature');
  expect(taken[0]!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
});

it('takes any text for a secret, and sends unsigned without one', async () => {
  await channel({ secret: 'sixteen or more characters' }).send(message);
  verified(Buffer.from('sixteen or more characters').toString('base64'));
  await channel({ secret: null }).send(message);
  expect(taken[1]!.headers['webhook-signature']).toBeUndefined();
});

it('repeats the same id and body, so that the receiver can tell', async () => {
  answer = { status: 500 };
  await channel().send(message);
  answer = { status: 200 };
  await channel().send({ ...message, tries: 1 });
  expect(taken.map(({ headers, body }) => [headers['webhook-id'], headers['idempotency-key'], body])).toEqual([
    ['hook/dev_1/1', 'hook/dev_1/1', message.body],
    ['hook/dev_1/1', 'hook/dev_1/1', message.body],
  ]);
  verified(SECRET, 1);
});

it.each([
  [410, 'failed'],
  [404, 'failed'],
  [302, 'failed'],
  [500, 'retry'],
  [408, 'retry'],
])('answered with %i is %s, and follows no redirect', async (status, became) => {
  answer = { status, headers: { location: url } };
  expect(await channel().send(message)).toMatchObject({ status: became });
  expect(taken).toHaveLength(1);
});

it('waits as long as the receiver asks', async () => {
  answer = { status: 429, headers: { 'retry-after': '120' } };
  expect(await channel().send(message)).toMatchObject({ status: 'retry', afterMs: 120_000 });
});

it.each([
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://[::1]:1/',
  'http://[fd00::1]/',
  'http://[::ffff:127.0.0.1]:1/',
  'http://0x7f000001/',
  'http://100.64.0.1/',
])('refuses %s unless the settings allow private addresses', async (address) => {
  expect(await channel({ url: address, allowPrivate: false }).send(message)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('allow_private'),
  });
});
