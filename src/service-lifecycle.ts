// Starts what runs beside the requests, and ends it in order: clock, batches in hand, then what sends, then the database.
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { AlertClock } from './alerting/alert-clock.js';
import { OutboxLoop } from './alerting/outbox-loop.js';
import { Readiness } from './inbound/http/observability/readiness.js';
import { DeviationsChannel } from './outbound/kafka/deviations-channel.js';
import { ClockWatch } from './watch/clock-watch.js';
import { Ingest } from './watch/ingest.js';
import { RetentionClock } from './watch/retention-clock.js';

/** Kafka's consumer ends by its own hook, before the HTTP server; the database by its own, after all others. */
@Injectable()
export class ServiceLifecycle
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(ClockWatch) private readonly clockWatch: ClockWatch,
    @Inject(AlertClock) private readonly alertClock: AlertClock,
    @Inject(RetentionClock) private readonly retention: RetentionClock,
    @Inject(OutboxLoop) private readonly outbox: OutboxLoop,
    @Inject(Ingest) private readonly ingest: Ingest,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(DeviationsChannel) private readonly topic: DeviationsChannel | null,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.start();
    this.clockWatch.start();
    this.alertClock.start();
    this.retention.start();
  }

  onModuleDestroy(): void {
    this.readiness.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.clockWatch.stop();
    await this.alertClock.stop();
    await this.retention.stop();
    await this.ingest.settled();
  }

  /** The HTTP server is closed by now: whatever was asked for is committed. */
  async onApplicationShutdown(): Promise<void> {
    await this.ingest.settled();
    await this.outbox.stop();
    await this.topic?.close();
  }
}
