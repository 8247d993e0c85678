// The service's own numbers for Prometheus.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { OutboxStore } from '../../../alerting/outbox-store.js';
import type { StorageReader } from '../../../runs/storage-usage.js';
import type { Log } from '../../../settings/log.js';
import { type BatchTrace, IngestMeter } from '../../../watch/ingest-meter.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Gauges of the library's that are named like counters; each has a twin with its own name. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Counts what is taken in, and logs what each batch caused under the batch's id. */
export class ServiceMetrics extends IngestMeter {
  readonly registry = new Registry();
  private readonly items = this.counter('offcurve_records_total', 'Records and announcements committed');
  private readonly batches = new Histogram({
    name: 'offcurve_batch_duration_seconds',
    help: 'From the first record of a batch to its commit',
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly deadLetters = this.counter('offcurve_dead_letters_total', 'Bad messages, or parts of one', [
    'reason',
  ]);
  private readonly lags = new Gauge({
    name: 'offcurve_consumer_lag_messages',
    help: 'Messages of a partition that wait to be read',
    labelNames: ['topic', 'partition'],
    registers: [this.registry],
  });
  private readonly gaps = this.counter('offcurve_gaps_total', 'Times that Kafka no longer had what was to be read', [
    'topic',
    'partition',
  ]);
  private readonly gapMessages = this.counter('offcurve_gap_messages_total', 'Messages lost to such gaps', [
    'topic',
    'partition',
  ]);
  private readonly deviations = this.counter(
    'offcurve_deviation_changes_total',
    'Deviations opened, updated, resolved',
    ['change', 'kind'],
  );
  private readonly sendFailures = this.counter('offcurve_notifications_failed_total', 'Messages given up', ['channel']);

  constructor(
    private readonly outbox: OutboxStore,
    private readonly storage: StorageReader,
    private readonly log: Log,
    private readonly clock: () => number = Date.now,
  ) {
    super();
    // Among them the event loop's delay: nodejs_eventloop_lag_seconds and its quantiles.
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    this.outboxGauges();
    this.storageGauge();
  }

  override batch(items: number, milliseconds: number, { id, deviations, messages }: BatchTrace): void {
    this.items.inc(items);
    this.batches.observe(milliseconds / 1000);
    this.log.debug({ batch: id, items, milliseconds }, 'batch committed');
    for (const { type, deviation } of deviations) {
      this.deviations.inc({ change: type, kind: deviation.kind });
      const { id: name, version, run, metric, kind, step } = deviation;
      this.log.info({ batch: id, deviation: name, version, run, metric, kind, step }, `deviation ${type}`);
    }
    if (messages.length > 0) this.log.info({ batch: id, messages }, 'notifications queued');
  }

  override deadLetter(reason: string): void {
    this.deadLetters.inc({ reason });
  }

  override lag(topic: string, partition: number, messages: number): void {
    this.lags.set({ topic, partition }, messages);
  }

  override gap(topic: string, partition: number, messages: number): void {
    this.gaps.inc({ topic, partition });
    this.gapMessages.inc({ topic, partition }, messages);
  }

  /** A message that is given up for good. */
  notificationFailed(channel: string): void {
    this.sendFailures.inc({ channel });
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** Read when they are asked for, once for all three: the outbox is shared by all instances. */
  private outboxGauges(): void {
    let reading: Promise<void> | null = null;
    const collect = (): Promise<void> => (reading ??= read().finally(() => (reading = null)));
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name, help, labelNames: ['channel'], registers: [this.registry], collect });
    const age = gauge('offcurve_outbox_oldest_age_seconds', 'Age of the oldest message that waits');
    const failed = gauge('offcurve_outbox_failed_messages', 'Messages given up for good');
    const waiting = gauge('offcurve_outbox_waiting_messages', 'Messages that wait to be sent');
    const read = async (): Promise<void> => {
      const depth = await this.outbox.depth(this.clock()).catch(() => null);
      // A database that is away says nothing of the outbox; the other numbers still count.
      if (depth === null) return;
      for (const one of [waiting, age, failed]) one.reset();
      for (const { channel, waiting: count, oldestAge, failed: given } of depth) {
        waiting.set({ channel }, count);
        age.set({ channel }, oldestAge / 1000);
        failed.set({ channel }, given);
      }
    };
  }

  private storageGauge(): void {
    const gauge: Gauge = new Gauge({
      name: 'offcurve_database_bytes',
      help: 'Size of the database on disk',
      registers: [this.registry],
      collect: async () => {
        const usage = await this.storage.read(this.clock()).catch(() => null);
        if (usage !== null) gauge.set(usage.databaseBytes);
      },
    });
  }
}
