// The part of the service that Kafka's tests need, in this process: Kafka in, the real judgement, the real Postgres, deviations out.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Admin, Kafka, type Message, logLevel } from 'kafkajs';
import { AlertPolicy } from '../../src/alerting/notify.js';
import { OutboxLoop } from '../../src/alerting/outbox-loop.js';
import { OutboxStore } from '../../src/alerting/outbox-store.js';
import { settingsFor } from '../../src/core/detection/budget.js';
import { registerCodecs } from '../../src/inbound/kafka/codecs.js';
import { KafkaInboundModule } from '../../src/inbound/kafka/kafka-inbound.module.js';
import { DEVIATIONS_ROUTE, DeviationsChannel } from '../../src/outbound/kafka/deviations-channel.js';
import { PostgresModule } from '../../src/outbound/postgres/postgres.module.js';
import { RunReader } from '../../src/runs/run-reader.js';
import { type KafkaLog, silentLog } from '../../src/settings/kafka-log.js';
import { readKafkaSettings } from '../../src/settings/kafka-settings.js';
import { type TopicNames, topicNames } from '../../src/settings/kafka-topics.js';
import { IngestMeter } from '../../src/watch/ingest-meter.js';
import { Ingest } from '../../src/watch/ingest.js';
import { Intake } from '../../src/watch/intake.js';
import { LivePush } from '../../src/watch/live-push.js';
import { WatchStore } from '../../src/watch/watch-store.js';

/** Counts in plain fields. */
export class CountingMeter extends IngestMeter {
  items = 0;
  readonly deadLetters: Record<string, number> = {};
  readonly gaps: Record<string, number> = {};
  readonly lags = new Map<string, number>();
  override batch(items: number): void {
    this.items += items;
  }
  override deadLetter(reason: string): void {
    this.deadLetters[reason] = (this.deadLetters[reason] ?? 0) + 1;
  }
  override lag(topic: string, partition: number, messages: number): void {
    this.lags.set(`${topic}/${partition}`, messages);
  }
  override gap(topic: string, partition: number, messages: number): void {
    this.gaps[`${topic}/${partition}`] = messages;
  }
}

class Nobody extends LivePush {
  override push(): void {}
  override deviation(): void {}
}

export interface KafkaService {
  app: INestApplicationContext;
  meter: CountingMeter;
  reader: RunReader;
  intake: Intake;
  outbox: OutboxLoop;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  brokers: string;
  prefix: string;
  databaseUrl: string;
  environment?: Record<string, string>;
  log?: KafkaLog;
}

/** One instance; several with the same prefix and database share the work. */
export async function startService(options: ServiceOptions): Promise<KafkaService> {
  const { brokers, prefix, databaseUrl, environment = {}, log = silentLog } = options;
  const kafka = readKafkaSettings({ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix, ...environment })!;
  const meter = new CountingMeter();
  const policy = new AlertPolicy([DEVIATIONS_ROUTE], { publicUrl: 'http://offcurve.test' });
  const channel = new DeviationsChannel(kafka, log);

  @Module({})
  class WatchParts {}

  const app = await NestFactory.createApplicationContext(
    {
      module: WatchParts,
      global: true,
      imports: [PostgresModule.forRoot({ url: databaseUrl }), KafkaInboundModule.forRoot({ kafka, log })],
      providers: [
        { provide: IngestMeter, useValue: meter },
        {
          provide: OutboxLoop,
          useFactory: (store: OutboxStore) =>
            new OutboxLoop({
              ...{ store, channels: [channel] },
              events: { failed: () => undefined, stumbled: () => undefined },
            }),
          inject: [OutboxStore],
        },
        {
          provide: Ingest,
          useFactory: (store: WatchStore, outbox: OutboxLoop) =>
            new Ingest({
              ...{ store, meter, policy, live: new Nobody(), clock: Date.now },
              settingsFor: () => settingsFor(10),
              nudge: () => outbox.nudge(),
            }),
          inject: [WatchStore, OutboxLoop],
        },
      ],
      exports: [IngestMeter, Ingest, OutboxLoop],
    },
    { logger: false, abortOnError: false },
  );
  const outbox = app.get(OutboxLoop);
  outbox.start();
  return {
    ...{ app, meter, outbox, reader: app.get(RunReader), intake: app.get(Intake) },
    stop: async () => {
      await outbox.stop();
      await app.close();
      await channel.close();
    },
  };
}

/** Topics of a test's own on a cluster, with a client to write and read them. */
export class TestTopics {
  readonly names: TopicNames;
  private constructor(
    readonly brokers: string,
    readonly prefix: string,
    readonly kafka: Kafka,
    readonly admin: Admin,
  ) {
    this.names = topicNames(prefix);
  }

  /** `partitions`: topics with that many are made beforehand; else the service makes them as it likes. */
  static async on(brokers: string, partitions?: number): Promise<TestTopics> {
    process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
    registerCodecs();
    const retry = { retries: 50, maxRetryTime: 1000 };
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry });
    const admin = kafka.admin();
    await admin.connect();
    const topics = new TestTopics(brokers, `t${randomBytes(4).toString('hex')}.`, kafka, admin);
    const { metrics, runs } = topics.names;
    const wanted = [metrics, runs].map((topic) => ({ topic, numPartitions: partitions! }));
    if (partitions !== undefined) await admin.createTopics({ topics: wanted, waitForLeaders: false });
    return topics;
  }

  async send(topic: string, messages: Message[], compression?: number): Promise<void> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    try {
      for (let at = 0; at < messages.length; at += 1000)
        await producer.send({ topic, messages: messages.slice(at, at + 1000), compression });
    } finally {
      await producer.disconnect();
    }
  }

  /** Everything a topic holds now, in the order of each partition. */
  async read(topic: string): Promise<{ key: Buffer | null; value: Buffer | null; headers: Record<string, string> }[]> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    const waiting = new Map(
      offsets.filter(({ low, high }) => BigInt(high) > BigInt(low)).map(({ partition, high }) => [partition, high]),
    );
    const found: { key: Buffer | null; value: Buffer | null; headers: Record<string, string> }[] = [];
    if (waiting.size === 0) return found;
    const consumer = this.kafka.consumer({ groupId: `read-${randomBytes(4).toString('hex')}` });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ partition, message }) => {
          const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
          found.push({ key: message.key, value: message.value, headers: Object.fromEntries(headers) });
          if (BigInt(message.offset) + 1n >= BigInt(waiting.get(partition) ?? '0')) waiting.delete(partition);
          if (waiting.size === 0) resolve();
        },
      });
    });
    await consumer.disconnect();
    return found;
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }
}

export const record = (run: string, step: number, metrics: Record<string, unknown>, more: object = {}): Message => ({
  key: run,
  value: JSON.stringify({ run, step, time: 1.7e9 + step, metrics, ...more }),
});

/** Waits until `look` gives something else than null or false; fails with what is missing. */
export async function until<T>(what: string, look: () => Promise<T | null | false>, withinMs = 30_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
  }
}

/** Every stored value of a metric as [attempt, step, value], in the reader's order. */
export async function valuesOf(reader: RunReader, run: string, metric = 'loss'): Promise<[number, number, number][]> {
  const values: [number, number, number][] = [];
  for await (const chunk of reader.points(run, metric))
    values.push(...chunk.map((point): [number, number, number] => [point.attempt, point.step, point.value]));
  return values;
}
