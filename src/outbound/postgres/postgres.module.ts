// Provides the stores' ports on a PostgreSQL database, brought to this version's schema when the module starts.
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuditStore } from '../../alerting/audit/audit-store.js';
import { ChannelPlaces } from '../../alerting/channel-places.js';
import { ChannelStandings } from '../../alerting/channel-standing.js';
import { DeviationStore } from '../../alerting/deviation-store.js';
import { ChatRequests } from '../../alerting/chat-requests.js';
import { Leases } from '../../alerting/leases.js';
import { OutboxStore } from '../../alerting/outbox-store.js';
import { SilenceStore } from '../../alerting/silence-store.js';
import { FinishedRuns } from '../../forecast/leaning/finished-runs.js';
import { LawStore } from '../../forecast/laws/law-store.js';
import { RunReader } from '../../runs/run-reader.js';
import { StorageReader } from '../../runs/storage-usage.js';
import { PointRetention } from '../../watch/point-retention.js';
import { ReferenceFinder } from '../../watch/reference-finder.js';
import { WatchStore } from '../../watch/watch-store.js';
import { Database, type DatabaseOptions } from './database.js';
import { HungWriters } from './hung-writers.js';
import { migrate } from './migrate.js';
import { PostgresAuditStore } from './postgres-audit-store.js';
import { PostgresChannelPlaces } from './postgres-channel-places.js';
import { PostgresChannelStandings } from './postgres-channel-standings.js';
import { PostgresDeviationStore } from './postgres-deviation-store.js';
import { PostgresFinishedRuns } from './postgres-finished-runs.js';
import { PostgresLawStore } from './postgres-law-store.js';
import { PostgresChatRequests } from './postgres-chat-requests.js';
import { PostgresLeases } from './postgres-leases.js';
import { PostgresPointRetention } from './postgres-point-retention.js';
import { PostgresOutboxStore } from './postgres-outbox-store.js';
import { PostgresReferenceFinder } from './postgres-reference-finder.js';
import { PostgresRunReader } from './postgres-run-reader.js';
import { PostgresStorageReader } from './postgres-storage-reader.js';
import { PostgresSilenceStore } from './postgres-silence-store.js';
import { PostgresWatchStore } from './postgres-watch-store.js';

export interface PostgresModuleOptions extends DatabaseOptions {
  /** The connection of an instance that hung while others waited for it was ended. */
  onHungWriter?: (pid: number) => void;
}

/** Closes the pool last, when everything that writes has stopped in an earlier hook. */
@Injectable()
class DatabaseLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(HungWriters) private readonly hung: HungWriters,
  ) {}

  onApplicationBootstrap(): void {
    this.hung.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.hung.stop();
    await this.database.close();
  }
}

const onDatabase = <T>(provide: abstract new (...args: never[]) => T, create: new (database: Database) => T) => ({
  provide,
  useFactory: (database: Database) => new create(database),
  inject: [Database],
});

@Module({})
export class PostgresModule {
  /** @throws when the application is created: StoreError or MigrationError where the database cannot be used. */
  static forRoot(options: PostgresModuleOptions): DynamicModule {
    const ports = [
      onDatabase(WatchStore, PostgresWatchStore),
      onDatabase(ReferenceFinder, PostgresReferenceFinder),
      onDatabase(RunReader, PostgresRunReader),
      onDatabase(DeviationStore, PostgresDeviationStore),
      onDatabase(OutboxStore, PostgresOutboxStore),
      onDatabase(ChannelStandings, PostgresChannelStandings),
      onDatabase(Leases, PostgresLeases),
      onDatabase(ChatRequests, PostgresChatRequests),
      onDatabase(LawStore, PostgresLawStore),
      onDatabase(FinishedRuns, PostgresFinishedRuns),
      onDatabase(ChannelPlaces, PostgresChannelPlaces),
      onDatabase(AuditStore, PostgresAuditStore),
      onDatabase(PointRetention, PostgresPointRetention),
      onDatabase(StorageReader, PostgresStorageReader),
      onDatabase(SilenceStore, PostgresSilenceStore),
    ];
    const database = {
      provide: Database,
      useFactory: async () => {
        await migrate(options.url);
        return new Database(options);
      },
    };
    const hung = {
      provide: HungWriters,
      useFactory: (opened: Database) =>
        new HungWriters({ database: opened, onEnded: options.onHungWriter ?? (() => undefined) }),
      inject: [Database],
    };
    return {
      module: PostgresModule,
      global: true,
      providers: [database, hung, DatabaseLifecycle, ...ports],
      exports: [Database, ...ports.map(({ provide }) => provide)],
    };
  }
}
