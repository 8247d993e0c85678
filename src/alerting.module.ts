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
import type { MatrixListener } from './outbound/chat/matrix/matrix-listener.js';
import { RunReader } from './runs/run-reader.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { LivePush } from './watch/live-push.js';

/** Listens in the rooms while the service runs; ends before what it leans on. */
@Injectable()
class Listening implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly listeners: readonly MatrixListener[]) {}

  onApplicationBootstrap(): void {
    for (const listener of this.listeners) listener.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.stop()));
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
          provide: Listening,
          useFactory: (places: ChannelPlaces, outbox: OutboxStore, handling: ChatHandling) => {
            const stumbled = (channel: string, err: unknown): void =>
              log.warn({ channel, err }, 'reading the room failed; it is tried again');
            const parts = { places, outbox, handle: handling.handle.bind(handling) };
            return new Listening(listenersOf(settings.config.channels ?? {}, parts, stumbled));
          },
          inject: [ChannelPlaces, OutboxStore, ChatHandling],
        },
      ],
      exports: [SignedLinks, ChatSecrets, ChartDrawer, DeviationPictures, ChatHandling],
    };
  }
}
