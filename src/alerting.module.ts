// What messages lean on beside the watch: pictures, signed links, and what chat services may ask for.
import { randomUUID } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ChannelPlaces } from './alerting/channel-places.js';
import { type KnownChannel, KnownChannels } from './alerting/channel-standing.js';
import { ChartDrawer } from './alerting/chart-data.js';
import { ChatRequests } from './alerting/chat-requests.js';
import { DeviationPictures } from './alerting/deviation-pictures.js';
import { DeviationStore } from './alerting/deviation-store.js';
import { DigestClock } from './alerting/digest-clock.js';
import { DeviationHandling } from './alerting/handle-deviation.js';
import { HeldPlaces, LostTurn } from './alerting/held-places.js';
import { Leases } from './alerting/leases.js';
import { type Companion, OneInstance } from './alerting/one-instance.js';
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
import { DEVIATIONS_CHANNEL } from './outbound/kafka/deviations-channel.js';
import { RunReader } from './runs/run-reader.js';
import { serviceOfChannel } from './settings/channel-settings.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { LivePush } from './watch/live-push.js';

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
        { provide: KnownChannels, useValue: new KnownChannels(knownChannels(settings)) },
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
            requests: ChatRequests,
            outbox: OutboxStore,
            handling: ChatHandling,
            deviations: DeviationStore,
            runs: RunReader,
            loop: OutboxLoop,
            leases: Leases,
          ) => {
            const stumbled = (channel: string, err: unknown): void =>
              log.warn(
                { channel, err },
                'listening for what people say failed; it is tried again unless the service refuses us',
              );
            const listening = new OneInstance({
              ...{ leases, name: 'listening', holder: randomUUID(), clock: Date.now },
              begin: (isHeld) => listeners(settings, { places, requests, outbox, handling, isHeld, onError: stumbled }),
              onError: (err) => log.warn({ err }, 'it could not be asked who listens to the chats; it is repeated'),
            });
            const { channels = {}, heartbeat, digest } = settings.config;
            const late = (err: unknown): void =>
              log.warn({ err }, 'the digest could not be written; it is tried again');
            const missed = (err: unknown): void => log.warn({ err }, 'the heartbeat was not taken');
            return new Companions([
              ...(Object.keys(channels).length > 0 ? [listening] : []),
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
          inject: [
            ChannelPlaces,
            ChatRequests,
            OutboxStore,
            ChatHandling,
            DeviationStore,
            RunReader,
            OutboxLoop,
            Leases,
          ],
        },
      ],
      exports: [SignedLinks, KnownChannels, ChatSecrets, ChartDrawer, DeviationPictures, ChatHandling],
    };
  }
}

/** The topic of deviations among them, where there is one. */
function knownChannels({ kafka, config }: Settings): KnownChannel[] {
  const topic = { name: DEVIATIONS_CHANNEL, service: 'kafka' };
  const chats = Object.entries(config.channels ?? {}).map(([name, channel]) => ({
    ...{ name, service: serviceOfChannel(channel) },
  }));
  return kafka ? [topic, ...chats] : chats;
}

interface ListeningParts {
  places: ChannelPlaces;
  requests: ChatRequests;
  outbox: OutboxStore;
  handling: ChatHandling;
  isHeld: () => boolean;
  onError: (channel: string, error: unknown) => void;
}

/** All that listens in rooms, while it is this instance's turn. */
function listeners({ config }: Settings, { places, isHeld, handling, ...parts }: ListeningParts): Companion {
  const all = listenersOf(config.channels ?? {}, {
    places: new HeldPlaces(places, isHeld),
    handle: async (...asked) => {
      if (!isHeld()) throw new LostTurn('another instance listens by now');
      return handling.handle(...asked);
    },
    ...parts,
  });
  return {
    start: () => all.forEach((one) => one.start()),
    stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
  };
}
