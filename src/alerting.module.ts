// What messages lean on beside the watch: pictures, signed links, and what chat services may ask for.
import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ChartDrawer } from './alerting/chart-data.js';
import { DeviationPictures } from './alerting/deviation-pictures.js';
import { DeviationStore } from './alerting/deviation-store.js';
import { DeviationHandling } from './alerting/handle-deviation.js';
import { SignedLinks } from './alerting/signed-links.js';
import { ChatHandling } from './inbound/http/chat/chat-handling.js';
import { ChatSecrets } from './inbound/http/chat/chat-secrets.js';
import { WorkerChartDrawer } from './outbound/chart/worker-chart-drawer.js';
import { RunReader } from './runs/run-reader.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { LivePush } from './watch/live-push.js';

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
      ],
      exports: [SignedLinks, ChatSecrets, ChartDrawer, DeviationPictures, ChatHandling],
    };
  }
}
