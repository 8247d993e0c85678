// The lag while Kafka was never reached: there is one, and nothing is asked that fails unheard.
import { silentLog } from '../../settings/kafka-log.js';
import type { WatchStore } from '../../watch/watch-store.js';
import { LagWatch } from './lag-watch.js';
import type { MessageStream } from './message-stream.js';

it('counts as behind, and asks Kafka nothing, while the cluster is unknown', async () => {
  const asked: string[] = [];
  const stream = {
    ranges: (topic: string) => {
      asked.push(topic);
      return Promise.reject(new Error('refused'));
    },
  } as unknown as MessageStream;
  const unknown = (): string => {
    throw new Error('Kafka was not reached yet');
  };
  const nobody = (): null => null;
  const watch = new LagWatch(stream, {} as WatchStore, unknown, ['metrics'], nobody, nobody, silentLog);
  await watch.look();
  expect(watch.hasLag).toBe(true);
  expect(asked).toEqual([]);
});
