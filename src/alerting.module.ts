// What messages lean on beside the watch: pictures, signed links, and what chat services may ask for.
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ChannelPlaces } from './alerting/channel-places.js';
import { ChartDrawer } from './alerting/chart-data.js';
import { DeviationPictures } from './alerting/deviation-pictures.js';
import { DeviationStore } from './alerting/deviation-store.js';
import { DeviationHandling } from './alerting/handle-deviation.js';
import { OutboxStore } from './alerting/outbox-store.js';
import { SignedLinks } from './alerting/signed-links.js';
import { ChatHandling } from './inbound/http/chat/chat-handling.js';
import { ChatSecrets } from './inbound/http/chat/chat-secrets.js';
import { WorkerChartDrawer } from './outbound/chart/worker-chart-drawer.js';
import { listenersOf } from './outbound/chat/channels.js';
import { Heartbeat } from './outbound/chat/heartbeat.js';
import type { MatrixListener } from './outbound/chat/matrix/matrix-listener.js';
import { RunReader } from './runs/run-reader.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { LivePush } from './watch/live-push.js';

/** What listens in rooms and beats while the service runs; ends before what it leans on. */
@Injectable()
class Companions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly all: readonly (MatrixListener | Heartbeat)[]) {}

  onApplicationBootstrap(): void {
    for (const one of this.all) one.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((one) => one.stop()));
  }
}

/** Ends the drawing thread. */
@Injectable()
class DrawerLifecycle implements OnApplicationShutdown {
  constructor(@Inject(ChartDrawer) private readonly drawer: WorkerChartDrawer) {}

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
        DrawerLifecycle,
        {
          provide: DeviationPictures,
          useFactory: (deviations: DeviationStore, runs: RunReader, drawer: ChartDrawer) =>
            new DeviationPictures(deviations, runs, drawer, failed),
          inject: [DeviationStore, RunReader, ChartDrawer],
        },
        {
          provide: ChatHandling,
          useFactory: (handling: DeviationHandling, live: LivePush) => new ChatHandling(handling, live),
          inject: [DeviationHandling, LivePush],
        },
        {
          provide: Companions,
          useFactory: (places: ChannelPlaces, outbox: OutboxStore, handling: ChatHandling) => {
            const stumbled = (channel: string, err: unknown): void =>
              log.warn({ channel, err }, 'reading the room failed; it is tried again');
            const parts = { places, outbox, handle: handling.handle.bind(handling) };
            const { channels = {}, heartbeat } = settings.config;
            const missed = (err: unknown): void => log.warn({ err }, 'the heartbeat was not taken');
            return new Companions([
              ...listenersOf(channels, parts, stumbled),
              ...(heartbeat
                ? [new Heartbeat({ url: heartbeat.url, allowPrivate: heartbeat.allow_private ?? false }, missed)]
                : []),
            ]);
          },
          inject: [ChannelPlaces, OutboxStore, ChatHandling],
        },
      ],
      exports: [SignedLinks, ChatSecrets, ChartDrawer, DeviationPictures, ChatHandling],
    };
  }
}
