// The heartbeat against a server that counts.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Heartbeat } from './heartbeat.js';

let calls = 0;
let status = 200;
let heard: () => void = () => undefined;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, response) => {
    calls++;
    response.writeHead(status).end();
    heard();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise<void>((resolve) => (heard = resolve));
};

it('beats at once and again and again, also after an answer that is a failure', async () => {
  const errors: unknown[] = [];
  const heart = new Heartbeat({ url, allowPrivate: true }, (error) => {
    errors.push(error);
    heard();
  });
  heart.start(5);
  await until(() => calls > 1);
  status = 500;
  await until(() => errors.length > 0);
  const before = calls;
  await until(() => calls > before);
  await heart.stop();
  expect(String(errors[0])).toContain('answered 500');
});

it('beats once a minute, for as long as it runs', async () => {
  const minutes = jest.spyOn(globalThis, 'setInterval').mockReturnValue(0 as unknown as NodeJS.Timeout);
  const heart = new Heartbeat({ url, allowPrivate: true }, () => undefined);
  const before = calls;
  heart.start();
  const [[beat, every]] = minutes.mock.calls as [() => void, number][];
  minutes.mockRestore();
  expect(every).toBe(60_000);
  await until(() => calls === before + 1);
  beat!();
  await until(() => calls === before + 2);
  await heart.stop();
  expect(calls).toBe(before + 2);
});

it('calls no private address unless the settings allow it', async () => {
  const error = await new Promise((resolve) => {
    const heart = new Heartbeat({ url, allowPrivate: false }, (problem) => {
      resolve(problem);
      void heart.stop();
    });
    heart.start();
  });
  expect(String(error)).toContain('allow_private');
});
