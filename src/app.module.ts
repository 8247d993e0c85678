// Puts the service together: which store, which way in, what runs beside the requests; every part is named, none is found.
import { type DynamicModule, Module } from '@nestjs/common';
import { AlertingModule } from './alerting.module.js';
import { AlertClock } from './alerting/alert-clock.js';
import { Audit } from './alerting/audit/audit.js';
import { AuditStore } from './alerting/audit/audit-store.js';
import type { Deviation, DeviationChange } from './alerting/deviation.js';
import { DeviationStore } from './alerting/deviation-store.js';
import { DeviationHandling } from './alerting/handle-deviation.js';
import { AlertPolicy } from './alerting/notify.js';
import { OutboxLoop } from './alerting/outbox-loop.js';
import { Silences } from './alerting/silences.js';
import { HttpModule } from './inbound/http/http.module.js';
import { Readiness } from './inbound/http/observability/readiness.js';
import { KafkaInboundModule } from './inbound/kafka/kafka-inbound.module.js';
import { LawsModule } from './laws.module.js';
import { Database } from './outbound/postgres/database.js';
import { PostgresModule } from './outbound/postgres/postgres.module.js';
import type { SlowQueryWatch } from './outbound/postgres/slow-queries.js';
import { RunReader } from './runs/run-reader.js';
import { ServiceLifecycle } from './service-lifecycle.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { ClockWatch } from './watch/clock-watch.js';
import { Ingest } from './watch/ingest.js';
import { GatheredIntake } from './watch/gathered-intake.js';
import { Intake } from './watch/intake.js';
import { LivePush } from './watch/live-push.js';
import { PointRetention } from './watch/point-retention.js';
import { RetentionClock } from './watch/retention-clock.js';
import { WatchModule } from './watch.module.js';

@Module({})
export class AppModule {
  /** Records come in by Kafka where the settings name one, else straight from HTTP. */
  static forRoot(settings: Settings, databaseUrl: string, log: Log): DynamicModule {
    const { kafka } = settings;
    const direct = { provide: Intake, useFactory: (ingest: Ingest) => new GatheredIntake(ingest), inject: [Ingest] };
    return {
      module: AppModule,
      global: true,
      imports: [
        PostgresModule.forRoot({
          url: databaseUrl,
          connections: settings.databaseConnections,
          slow: slowQueries(settings, log),
          onHungWriter: (pid) =>
            log.warn(
              { pid },
              'an instance hung in the middle of a write while others waited: its connection was ended',
            ),
        }),
        AlertingModule.forRoot(settings, log),
        WatchModule.forRoot(settings, log),
        LawsModule.forRoot(settings.config.metrics, log),
        ...(kafka ? [KafkaInboundModule.forRoot({ kafka, log })] : []),
        HttpModule,
      ],
      providers: [
        ...(kafka ? [] : [direct]),
        {
          provide: ClockWatch,
          useFactory: (ingest: Ingest, reader: RunReader, intake: Intake) => {
            const failed = (error: unknown): void =>
              log.warn({ err: error }, 'the look at quiet runs failed; it is repeated');
            return new ClockWatch(ingest, reader, () => intake.hasLag, failed);
          },
          inject: [Ingest, RunReader, Intake],
        },
        {
          provide: DeviationHandling,
          useFactory: (store: DeviationStore, policy: AlertPolicy, outbox: OutboxLoop) =>
            new DeviationHandling({ store, policy, nudge: () => outbox.nudge(), clock: Date.now }),
          inject: [DeviationStore, AlertPolicy, OutboxLoop],
        },
        {
          provide: Audit,
          useFactory: (store: AuditStore) => new Audit({ store, budget: settings.budget }),
          inject: [AuditStore],
        },
        {
          provide: AlertClock,
          useFactory: (
            store: DeviationStore,
            policy: AlertPolicy,
            outbox: OutboxLoop,
            live: LivePush,
            silences: Silences,
          ) => {
            const onError = (error: unknown): void =>
              log.warn({ err: error }, 'the look at snoozes and escalations failed; it is repeated');
            const changed = (deviation: Deviation): void => live.deviation({ type: typeOf(deviation), deviation });
            const [nudge, refresh] = [() => outbox.nudge(), () => silences.refresh()];
            return new AlertClock({ store, policy, refresh, nudge, changed, onError, clock: Date.now });
          },
          inject: [DeviationStore, AlertPolicy, OutboxLoop, LivePush, Silences],
        },
        {
          provide: RetentionClock,
          useFactory: (retention: PointRetention) =>
            new RetentionClock({
              ...{ retention, days: settings.retentionDays, clock: Date.now },
              expired: (what) => log.info(what, 'let go of single points whose days are over'),
              onError: (error) => log.warn({ err: error }, 'old points could not be deleted; it is repeated'),
            }),
          inject: [PointRetention],
        },
        {
          provide: Readiness,
          useFactory: (database: Database, intake: Intake) =>
            new Readiness([
              { name: 'database', check: () => answering(database) },
              { name: 'intake', check: () => ({ ready: intake.status.ready, detail: intake.status.reason }) },
            ]),
          inject: [Database, Intake],
        },
        ServiceLifecycle,
      ],
      exports: [...(kafka ? [] : [Intake]), DeviationHandling, Audit, Readiness, RetentionClock],
    };
  }
}

const slowQueries = ({ slowQueriesMs }: Settings, log: Log): SlowQueryWatch | undefined =>
  slowQueriesMs === null
    ? undefined
    : { thresholdMs: slowQueriesMs, onSlow: (query) => log.warn(query, 'a statement took long') };

const typeOf = ({ status, version }: Deviation): DeviationChange['type'] =>
  status === 'resolved' ? 'resolved' : version === 1 ? 'opened' : 'updated';

async function answering(database: Database): Promise<{ ready: boolean; detail: string | null }> {
  const { answers, error } = await database.health();
  return { ready: answers, detail: error };
}
