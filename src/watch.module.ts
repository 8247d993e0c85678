// The watch and what it leans on, for all other modules: who judges, who is told, what is counted.
import { type DynamicModule, Module } from '@nestjs/common';
import { DeviationStore } from './alerting/deviation-store.js';
import { DeviationPictures } from './alerting/deviation-pictures.js';
import { Leases } from './alerting/leases.js';
import { AlertPolicy } from './alerting/notify.js';
import { type OutboxEvents, OutboxLoop, type OutboxLoopParts } from './alerting/outbox-loop.js';
import { OutboxStore } from './alerting/outbox-store.js';
import type { PaceLimit } from './alerting/pace.js';
import { quietHoursOf } from './alerting/quiet-hours.js';
import type { Route } from './alerting/route.js';
import { SignedLinks } from './alerting/signed-links.js';
import { SilenceStore } from './alerting/silence-store.js';
import { Silences } from './alerting/silences.js';
import { FinishedRuns } from './forecast/leaning/finished-runs.js';
import { RunLeanings } from './forecast/leaning/run-leanings.js';
import { FamilyLaws } from './forecast/laws/family-laws.js';
import { LawStore } from './forecast/laws/law-store.js';
import { ServiceMetrics } from './inbound/http/observability/service-metrics.js';
import { channelsOf } from './outbound/chat/channels.js';
import { DEVIATIONS_ROUTE, DeviationsChannel } from './outbound/kafka/deviations-channel.js';
import { LiveGateway } from './outbound/live/live-gateway.js';
import { RunReader } from './runs/run-reader.js';
import { StorageReader } from './runs/storage-usage.js';
import { Access } from './settings/access.js';
import { rateOfChannel } from './settings/channel-settings.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { budgetedSettings } from './watch/budgeted-settings.js';
import { IngestMeter } from './watch/ingest-meter.js';
import { Ingest } from './watch/ingest.js';
import { LivePush } from './watch/live-push.js';
import { OffLawWatch } from './watch/off-law-watch.js';
import { ReferenceFinder } from './watch/reference-finder.js';
import { RunningFleet } from './watch/running-fleet.js';
import { WakeLaws } from './watch/wake-laws.js';
import { WatchStore } from './watch/watch-store.js';

@Module({})
export class WatchModule {
  static forRoot(settings: Settings, log: Log): DynamicModule {
    const { tokens, publicUrl, kafka, config, budget } = settings;
    return {
      module: WatchModule,
      global: true,
      providers: [
        { provide: Access, useValue: new Access(tokens) },
        {
          provide: Silences,
          useFactory: (store: SilenceStore) => new Silences(store, Date.now),
          inject: [SilenceStore],
        },
        {
          provide: AlertPolicy,
          useFactory: (silences: Silences) => new AlertPolicy(routesOf(settings), { publicUrl }, silences),
          inject: [Silences],
        },
        {
          provide: ServiceMetrics,
          useFactory: (outbox: OutboxStore, storage: StorageReader) => new ServiceMetrics(outbox, storage, log),
          inject: [OutboxStore, StorageReader],
        },
        { provide: IngestMeter, useExisting: ServiceMetrics },
        LiveGateway,
        { provide: LivePush, useExisting: LiveGateway },
        { provide: DeviationsChannel, useFactory: () => (kafka ? new DeviationsChannel(kafka, log) : null) },
        {
          provide: OutboxLoop,
          useFactory: (
            outbox: OutboxStore,
            metrics: ServiceMetrics,
            topic: DeviationsChannel | null,
            pictures: DeviationPictures,
            links: SignedLinks,
            leases: Leases,
          ) => {
            const chats = channelsOf(config.channels ?? {}, { pictures, links, clock: Date.now });
            const channels = [...(topic ? [topic] : []), ...chats];
            const events = eventsTo(metrics, log);
            return new OutboxLoop({ store: outbox, channels, leases, events, ...byChannel(settings) });
          },
          inject: [OutboxStore, ServiceMetrics, DeviationsChannel, DeviationPictures, SignedLinks, Leases],
        },
        {
          provide: RunningFleet,
          useFactory: (reader: RunReader) => {
            const onError = (error: unknown): void =>
              log.warn({ err: error }, 'the running runs could not be counted; it is repeated');
            return new RunningFleet({ reader, onError });
          },
          inject: [RunReader],
        },
        {
          provide: Ingest,
          useFactory: (
            store: WatchStore,
            pages: LivePush,
            meter: IngestMeter,
            outbox: OutboxLoop,
            laws: FamilyLaws,
            policy: AlertPolicy,
            finished: FinishedRuns,
            kept: LawStore,
            deviations: DeviationStore,
            references: ReferenceFinder,
            fleet: RunningFleet,
          ) => {
            const live = new WakeLaws(pages, laws);
            // Runs that are not stored yet count, too: a fleet may begin with one batch.
            const running = (): number => Math.max(fleet.stored, ingest.running);
            const ingest: Ingest = new Ingest({
              ...{ store, live, meter, policy, references },
              settingsFor: budgetedSettings(budget, running),
              leanings: new RunLeanings(finished, kept),
              nudge: () => outbox.nudge(),
              clock: Date.now,
            });
            const offLaw = new OffLawWatch(ingest, deviations);
            laws.onOffLaw((news) => offLaw.follow(news));
            return ingest;
          },
          inject: [
            WatchStore,
            LivePush,
            IngestMeter,
            OutboxLoop,
            FamilyLaws,
            AlertPolicy,
            FinishedRuns,
            LawStore,
            DeviationStore,
            ReferenceFinder,
            RunningFleet,
          ],
        },
      ],
      exports: [
        Access,
        Silences,
        AlertPolicy,
        ServiceMetrics,
        IngestMeter,
        LiveGateway,
        LivePush,
        DeviationsChannel,
        OutboxLoop,
        Ingest,
      ],
    };
  }
}

/** The topic of deviations hears of everything; then the first route of offcurve.yml that matches. */
function routesOf({ kafka, config }: Settings): Route[] {
  const routes = (config.routes ?? []).map(
    ({ min_price: minPrice, quiet_hours: quiet, escalate, ...route }): Route => ({
      ...{ ...route, minPrice },
      quietHours: (quiet === undefined ? null : quietHoursOf(quiet)) ?? undefined,
      escalate: escalate && { afterMs: escalate.after_minutes * 60_000, channels: escalate.channels },
    }),
  );
  return kafka ? [DEVIATIONS_ROUTE, ...routes] : routes;
}

/** Where each channel's messages go that it refuses for good, and how many it is sent at most. */
function byChannel({ config }: Settings): Pick<OutboxLoopParts, 'fallbacks' | 'rates'> {
  const fallbacks = new Map<string, string>();
  const rates = new Map<string, PaceLimit>();
  for (const [name, channel] of Object.entries(config.channels ?? {})) {
    if (channel.fallback !== undefined) fallbacks.set(name, channel.fallback);
    const rate = rateOfChannel(channel);
    if (rate !== null) rates.set(name, rate);
  }
  return { fallbacks, rates };
}

const eventsTo = (metrics: ServiceMetrics, log: Log): OutboxEvents => ({
  failed: (channel, { id }, error) => {
    metrics.notificationFailed(channel);
    log.error({ channel, message: id, error }, 'a notification was given up');
  },
  stumbled: (channel, error) => log.warn({ channel, err: error }, 'the outbox stumbled; it goes on'),
});
