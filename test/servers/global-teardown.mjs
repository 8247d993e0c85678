// Stops the servers that the tests talked to, and drops Kafka's data.
import { rmSync } from 'node:fs';

export default async function () {
  const { kafka, kafkaDir, postgres } = globalThis.offcurveTestServers;
  // Nobody needs these data: killing is quicker than a goodbye.
  await Promise.all([...(kafka?.brokers ?? []).map((broker) => broker.kill()), postgres?.stop()]);
  rmSync(kafkaDir, { recursive: true, force: true });
}
