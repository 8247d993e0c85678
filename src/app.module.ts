// Puts the service together: which store, which way in, who is told; every part is named here and nowhere found.
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AlertPolicy } from './alerting/notify.js';
import { OutboxLoop } from './alerting/outbox-loop.js';
import { OutboxStore } from './alerting/outbox-store.js';
import type { Route } from './alerting/route.js';
import { HttpModule } from './inbound/http/http.module.js';
import { type Probe, Readiness } from './inbound/http/observability/readiness.js';
import { ServiceMetrics } from './inbound/http/observability/service-metrics.js';
import { channelsOf } from './outbound/chat/channels.js';
import { LiveGateway } from './outbound/live/live-gateway.js';
import { Database } from './outbound/postgres/database.js';
import { PostgresModule } from './outbound/postgres/postgres.module.js';
import { RunReader } from './runs/run-reader.js';
import { ServiceLifecycle } from './service-lifecycle.js';
import { Access } from './settings/access.js';
import type { RouteSettings } from './settings/config-schema.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { budgetedSettings } from './watch/budgeted-settings.js';
import { ClockWatch } from './watch/clock-watch.js';
import { IngestMeter } from './watch/ingest-meter.js';
import { Ingest } from './watch/ingest.js';
import { DirectIntake, Intake } from './watch/intake.js';
import { LivePush } from './watch/live-push.js';
import { WatchStore } from './watch/watch-store.js';

/** A provider made by a function of what it names. */
const made = (provide: unknown, inject: unknown[], useFactory: (...parts: never[]) => unknown): Provider =>
  ({ provide, inject, useFactory }) as Provider;

@Module({})
export class AppModule {
  static forRoot(settings: Settings, databaseUrl: string, log: Log): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [PostgresModule.forRoot({ url: databaseUrl }), HttpModule],
      providers: [
        { provide: Access, useValue: new Access(settings.tokens) },
        { provide: AlertPolicy, useValue: policyOf(settings) },
        made(ServiceMetrics, [OutboxStore], (outbox: OutboxStore) => new ServiceMetrics(outbox, log)),
        { provide: IngestMeter, useExisting: ServiceMetrics },
        LiveGateway,
        { provide: LivePush, useExisting: LiveGateway },
        made(OutboxLoop, [OutboxStore, ServiceMetrics], (outbox: OutboxStore, metrics: ServiceMetrics) =>
          outboxLoop(outbox, settings, metrics, log),
        ),
        made(Ingest, [WatchStore, LivePush, IngestMeter, AlertPolicy, OutboxLoop], ingestOf(settings)),
        made(Intake, [Ingest], (ingest: Ingest) => new DirectIntake(ingest)),
        made(ClockWatch, [Ingest, RunReader, Intake], (ingest: Ingest, reader: RunReader, intake: Intake) => {
          const failed = (error: unknown): void =>
            log.warn({ err: error }, 'the look at quiet runs failed; it is repeated');
          return new ClockWatch(ingest, reader, () => intake.hasLag, failed);
        }),
        made(
          Readiness,
          [Database, Intake],
          (database: Database, intake: Intake) => new Readiness([databaseProbe(database), intakeProbe(intake)]),
        ),
        ServiceLifecycle,
      ],
      exports: [Access, Ingest, Intake, LivePush, IngestMeter, ServiceMetrics, Readiness, AlertPolicy, OutboxLoop],
    };
  }
}

function policyOf({ config, publicUrl }: Settings): AlertPolicy {
  return new AlertPolicy((config.routes ?? []).map(routeOf), { publicUrl });
}

function routeOf({ min_price: minPrice, ...route }: RouteSettings): Route {
  return { ...route, minPrice };
}

function outboxLoop(outbox: OutboxStore, { config }: Settings, metrics: ServiceMetrics, log: Log): OutboxLoop {
  return new OutboxLoop(outbox, channelsOf(config.channels ?? {}), {
    failed: (channel, { id }, error) => {
      metrics.notificationFailed(channel);
      log.error({ channel, message: id, error }, 'a notification was given up');
    },
    stumbled: (channel, error) => log.warn({ channel, err: error }, 'the outbox stumbled; it goes on'),
  });
}

const ingestOf =
  ({ budget }: Settings) =>
  (store: WatchStore, live: LivePush, meter: IngestMeter, policy: AlertPolicy, outbox: OutboxLoop): Ingest => {
    const running = (): number => [...ingest.watched].filter(({ header }) => header.status === 'running').length;
    const ingest: Ingest = new Ingest({
      ...{ store, live, meter, policy },
      settingsFor: budgetedSettings(budget, running),
      nudge: () => outbox.nudge(),
      clock: Date.now,
    });
    return ingest;
  };

const databaseProbe = (database: Database): Probe => ({
  name: 'database',
  check: async () => {
    const { answers, error } = await database.health();
    return { ready: answers, detail: error };
  },
});

const intakeProbe = (intake: Intake): Probe => ({
  name: 'intake',
  check: () => ({ ready: intake.status.ready, detail: intake.status.reason }),
});
