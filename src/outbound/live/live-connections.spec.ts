// The connections for news of other instances, once the service has ended.
import { createAdapter } from '@socket.io/postgres-adapter';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { LiveConnections } from './live-connections.js';

it('ask for a database that cannot be reached, and no more once they are closed', async () => {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections = new LiveConnections({
    url: `postgresql://nobody@127.0.0.1:${port}/none`,
    onMissed: () => undefined,
    onError: () => undefined,
  });
  const namespace = { name: '/live', server: { encoder: {} }, adapter: {} };
  const adapter = createAdapter(
    connections as unknown as Parameters<typeof createAdapter>[0],
    connections.adapterOptions,
  )(namespace);
  while (asked < 1) await pause(50);
  await connections.close();
  const before = asked;
  // A refusal would have the adapter ask again for ever.
  const refused = await Promise.race([connections.connect().then(String, String), pause(100, 'no answer')]);
  expect(refused).toBe('no answer');
  expect(asked).toBe(before);
  await (adapter as { close(): unknown }).close();
  server.close();
}, 20_000);
