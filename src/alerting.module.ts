// What messages lean on beside the watch: pictures, signed links, and what chat services may ask for.
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ChannelPlaces } from './alerting/channel-places.js';
import { ChartDrawer } from './alerting/chart-data.js';
import { DeviationPictures } from './alerting/deviation-pictures.js';
import { DeviationStore } from './alerting/deviation-store.js';
import { DigestClock } from './alerting/digest-clock.js';
import { DeviationHandling } from './alerting/handle-deviation.js';
import { OutboxLoop } from './alerting/outbox-loop.js';
import { OutboxStore } from './alerting/outbox-store.js';
import { sampleChart, sampleDeviation } from './alerting/sample-alert.js';
import { SignedLinks } from './alerting/signed-links.js';
import { timeOfDay } from './alerting/time-of-day.js';
import { ChatHandling } from './inbound/http/chat/chat-handling.js';
import { ChatSecrets } from './inbound/http/chat/chat-secrets.js';
import { WorkerChartDrawer } from './outbound/chart/worker-chart-drawer.js';
import { listenersOf } from './outbound/chat/channels.js';
import { Heartbeat } from './outbound/chat/heartbeat.js';
import { RunReader } from './runs/run-reader.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { LivePush } from './watch/live-push.js';

/** Runs from the start of the service until just before its end. */
interface Companion {
  start(): void;
  stop(): Promise<void>;
}

/** What listens in rooms and beats while the service runs; ends before what it leans on. */
@Injectable()
class Companions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly all: readonly Companion[]) {}

  onApplicationBootstrap(): void {
    for (const one of this.all) one.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((one) => one.stop()));
  }
}

/** Begins the drawing thread where pictures will be sent, so that the first alert need not wait for it, and ends it. */
class DrawerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly drawer: WorkerChartDrawer,
    private readonly warm: boolean,
    private readonly onError: (error: unknown) => void,
  ) {}

  onApplicationBootstrap(): void {
    if (this.warm) this.drawer.draw(sampleChart(sampleDeviation(0)), 'light').catch(this.onError);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.drawer.close();
  }
}

@Module({})
export class AlertingModule {
  static forRoot(settings: Settings, log: Log): DynamicModule {
    const failed = (error: unknown): void => log.warn({ err: error }, 'a picture could not be drawn');
    return {
      module: AlertingModule,
      global: true,
      providers: [
        { provide: SignedLinks, useValue: new SignedLinks(settings.publicUrl, settings.secret) },
        { provide: ChatSecrets, useValue: ChatSecrets.of(settings) },
        { provide: ChartDrawer, useFactory: () => new WorkerChartDrawer() },
        {
          provide: DrawerLifecycle,
          useFactory: (drawer: WorkerChartDrawer) =>
            new DrawerLifecycle(drawer, Object.keys(settings.config.channels ?? {}).length > 0, failed),
          inject: [ChartDrawer],
        },
        {
          provide: DeviationPictures,
          useFactory: (deviations: DeviationStore, runs: RunReader, drawer: ChartDrawer) =>
            new DeviationPictures(deviations, runs, drawer, failed),
          inject: [DeviationStore, RunReader, ChartDrawer],
        },
        {
          provide: ChatHandling,
          useFactory: (handling: DeviationHandling, outbox: OutboxStore, live: LivePush) =>
            new ChatHandling(handling, outbox, live),
          inject: [DeviationHandling, OutboxStore, LivePush],
        },
        {
          provide: Companions,
          useFactory: (
            places: ChannelPlaces,
            outbox: OutboxStore,
            handling: ChatHandling,
            deviations: DeviationStore,
            runs: RunReader,
            loop: OutboxLoop,
          ) => {
            const stumbled = (channel: string, err: unknown): void =>
              log.warn(
                { channel, err },
                'listening for what people say failed; it is tried again unless the service refuses us',
              );
            const parts = { places, outbox, handle: handling.handle.bind(handling), onError: stumbled };
            const { channels = {}, heartbeat, digest } = settings.config;
            const late = (err: unknown): void =>
              log.warn({ err }, 'the digest could not be written; it is tried again');
            const missed = (err: unknown): void => log.warn({ err }, 'the heartbeat was not taken');
            return new Companions([
              ...listenersOf(channels, parts),
              ...(heartbeat
                ? [new Heartbeat({ url: heartbeat.url, allowPrivate: heartbeat.allow_private ?? false }, missed)]
                : []),
              ...(digest
                ? [
                    new DigestClock({
                      ...{ deviations, runs, outbox, at: timeOfDay(digest.at)!, channels: digest.channels },
                      ...{ sender: { publicUrl: settings.publicUrl }, nudge: () => loop.nudge(), onError: late },
                      clock: Date.now,
                    }),
                  ]
                : []),
            ]);
          },
          inject: [ChannelPlaces, OutboxStore, ChatHandling, DeviationStore, RunReader, OutboxLoop],
        },
      ],
      exports: [SignedLinks, ChatSecrets, ChartDrawer, DeviationPictures, ChatHandling],
    };
  }
}
