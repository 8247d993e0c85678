// Starting and stopping the service in this process: a busy port, readers that do not read.
import { connect } from 'node:net';
import { startService } from '../../src/main.js';
import { PortBusyError } from '../../src/service-error.js';
import { createLog } from '../../src/settings/log.js';
import { readSettings } from '../../src/settings/settings.js';
import { type TestService, testService } from './test-service.js';

let service: TestService;
beforeEach(async () => {
  service = await testService();
});
afterEach(() => service.stop());

it('says that a port is busy before it starts anything, and what to do', async () => {
  const { port } = new URL(service.url);
  const settings = readSettings({ PORT: port, DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' });
  const failed = await startService(settings, createLog('silent')).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(PortBusyError);
  expect(failed).toMatchObject({ port: Number(port), fix: expect.stringContaining('--port') });
});

it('ends though somebody holds an answer half read', async () => {
  const records = Array.from({ length: 5000 }, (_, step) => ({ run: 'r', step, metrics: { loss: 2 + step / 7 } }));
  for (let part = 0; part < 4; part++)
    await service.call(
      'POST',
      '/v1/metrics',
      records.map((record) => ({ ...record, step: record.step + 5000 * part })),
    );
  const { port, host } = new URL(service.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  // Many answers asked for, none of them read.
  socket.write(`GET /v1/runs/r/points?metric=loss HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(20));
  await new Promise((resolve) => socket.once('readable', resolve));
  await service.stop();
  await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  socket.destroy();
}, 30_000);
