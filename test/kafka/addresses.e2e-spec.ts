// Brokers that are given as IPv6 addresses: a real broker behind one.
import net, { type AddressInfo, type Server } from 'node:net';
import { checkKafka } from '../../src/cli/check-config/check-kafka.js';
import { readKafkaSettings } from '../../src/settings/kafka-settings.js';

let door: Server;
beforeAll(async () => {
  const [host, port] = process.env.TEST_KAFKA_BROKERS!.split(',')[0]!.split(':');
  door = net.createServer((from) => {
    const to = net.connect(Number(port), host);
    from.pipe(to).pipe(from);
    for (const one of [from, to]) one.on('error', () => (from.destroy(), to.destroy()));
  });
  await new Promise<void>((done) => door.listen(0, '::1', done));
});
afterAll(() => new Promise<unknown>((done) => (door ? door.close(done) : done(null))));

const check = (address: string) =>
  checkKafka(readKafkaSettings({ KAFKA_BROKERS: `${address}:${(door.address() as AddressInfo).port}` })!);

it.each(['[::1]', '[0:0:0:0:0:0:0:1]'])('%s is asked', async (address) => {
  expect(await check(address)).toEqual({ state: 'ok', detail: expect.stringContaining('rights to read and write') });
});

it('where nobody answers the address is named', async () => {
  const settings = readKafkaSettings({ KAFKA_BROKERS: '[::1]:1' })!;
  expect(await checkKafka(settings)).toEqual({ state: 'wrong', detail: expect.stringContaining('KAFKA_BROKERS') });
});
