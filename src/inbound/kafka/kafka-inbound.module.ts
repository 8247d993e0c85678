// Kafka in, as a Nest module: reads the topics from the application's start to its shutdown, and takes what HTTP hands over.
import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { IMPATIENT, kafkaClient } from '../../settings/kafka-connection.js';
import type { KafkaLog } from '../../settings/kafka-log.js';
import type { KafkaSettings } from '../../settings/kafka-settings.js';
import { IngestMeter } from '../../watch/ingest-meter.js';
import { Ingest } from '../../watch/ingest.js';
import { Intake } from '../../watch/intake.js';
import { WatchStore } from '../../watch/watch-store.js';
import { DeadLetterQueue } from './dead-letter-queue.js';
import { KafkaCluster } from './kafka-cluster.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { KafkaIntake } from './kafka-intake.js';
import { KafkaProducer } from './kafka-producer.js';
import { KafkajsStream } from './kafkajs-stream.js';
import { MessageStream } from './message-stream.js';

export interface KafkaInboundOptions {
  kafka: KafkaSettings;
  log: KafkaLog;
  /** Milliseconds since the epoch, for messages that carry no time. */
  clock?: () => number;
  /** Modules that provide Ingest, WatchStore and IngestMeter, where they are not global. */
  imports?: ModuleMetadata['imports'];
}

/**
 * Use it where `settings.kafka` is not null:
 *
 *     imports: [PostgresModule.forRoot(…), WatchModule, …(settings.kafka ? [KafkaInboundModule.forRoot({ kafka: settings.kafka, log })] : [])]
 *
 * It asks the application for `Ingest`, `WatchStore` and `IngestMeter` (from global modules, or name theirs in `imports`) and
 * gives it, globally, `Intake`: what `POST /v1/metrics` and `/v1/runs` call (acknowledged by all replicas before it
 * resolves), and what readiness (`status`) and the clock's watch (`hasLag`) ask. Without Kafka, provide
 * `{ provide: Intake, useFactory: (ingest) => new GatheredIntake(ingest), inject: [Ingest] }` instead.
 *
 * The consumer starts in `onApplicationBootstrap` and finishes its batches in `beforeApplicationShutdown`; the producer and
 * the connection close in `onApplicationShutdown`, after the HTTP server: requests under way are still answered.
 *
 * Where Kafka cannot be used the application runs all the same: `status` says why, and it is tried again and again.
 */
@Module({})
export class KafkaInboundModule {
  static forRoot({ kafka, log, clock = Date.now, imports = [] }: KafkaInboundOptions): DynamicModule {
    return {
      module: KafkaInboundModule,
      global: true,
      imports,
      providers: [
        { provide: KafkaCluster, useFactory: () => KafkaCluster.open(kafka, log) },
        {
          provide: KafkaProducer,
          // kafkajs tries a connection as often as its client says, within each try of a request: the cluster's patience
          // would be waited for many times over, by a request that somebody waits for.
          useFactory: () => new KafkaProducer(kafkaClient(kafka, log, IMPATIENT), log),
        },
        {
          provide: MessageStream,
          useFactory: (cluster: KafkaCluster) => {
            const { admin, topics } = cluster;
            return new KafkajsStream({
              ...{ kafka: cluster.kafka, admin, groupId: kafka.groupId, topics: [topics.runs, topics.metrics], log },
              prepare: () => cluster.reach(),
              probe: () => cluster.probe(),
              explain: (error) => cluster.explain(error),
            });
          },
          inject: [KafkaCluster],
        },
        {
          provide: KafkaConsumer,
          useFactory: (
            cluster: KafkaCluster,
            stream: MessageStream,
            producer: KafkaProducer,
            ingest: Ingest,
            store: WatchStore,
            meter: IngestMeter,
          ) => {
            const { topics } = cluster;
            const clusterId = (): string => cluster.id;
            const explain = (error: unknown): string => cluster.explain(error);
            const deadLetters = new DeadLetterQueue(producer, topics.deadLetter, log);
            const { maxMessageBytes } = kafka;
            return new KafkaConsumer({
              ...{ stream, ingest, store, deadLetters, meter, log },
              ...{ clusterId, explain, topics, maxMessageBytes, clock },
            });
          },
          inject: [KafkaCluster, MessageStream, KafkaProducer, Ingest, WatchStore, IngestMeter],
        },
        {
          provide: Intake,
          useFactory: (cluster: KafkaCluster, producer: KafkaProducer, consumer: KafkaConsumer) =>
            new KafkaIntake(producer, consumer, cluster, kafka.maxMessageBytes),
          inject: [KafkaCluster, KafkaProducer, KafkaConsumer],
        },
      ],
      exports: [Intake],
    };
  }
}
