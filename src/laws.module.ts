// The laws of families: fitted in a thread, kept in the database, told to the pages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { FamilyLaws } from './forecast/laws/family-laws.js';
import { LawMetrics } from './forecast/laws/law-metrics.js';
import { LawStore } from './forecast/laws/law-store.js';
import { WorkerLawFitter } from './outbound/laws/worker-law-fitter.js';
import { WorkerPlanner } from './outbound/laws/worker-planner.js';
import { LiveGateway } from './outbound/live/live-gateway.js';
import { packageFolder } from './outbound/postgres/package-folder.js';
import { Planner } from './planning/planner.js';
import { RunReader } from './runs/run-reader.js';
import type { Config } from './settings/config-schema.js';
import type { Log } from './settings/log.js';

@Injectable()
class LawsLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(FamilyLaws) private readonly laws: FamilyLaws,
    @Inject(Planner) private readonly planner: Planner,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.laws.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.laws.stop(), this.planner.close()]);
  }
}

@Module({})
export class LawsModule {
  /** @param metrics that laws are fitted to beside the losses, with direction and floor */
  static forRoot(metrics: Config['metrics'], log: Log): DynamicModule {
    const codeVersion: string = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version;
    return {
      module: LawsModule,
      global: true,
      providers: [
        {
          provide: FamilyLaws,
          useFactory: (store: LawStore, reader: RunReader, live: LiveGateway) =>
            new FamilyLaws({
              ...{ store, reader, codeVersion, fitter: new WorkerLawFitter(), clock: Date.now },
              metrics: new LawMetrics(metrics),
              told: (law) => {
                log.info({ family: law.family, metric: law.metric, version: law.version }, law.changes.summary);
                live.law(law);
              },
              failed: (family, err) => log.warn({ family, err }, 'the laws of a family could not be refitted'),
            }),
          inject: [LawStore, RunReader, LiveGateway],
        },
        { provide: Planner, useFactory: () => new WorkerPlanner() },
        LawsLifecycle,
      ],
      exports: [FamilyLaws, Planner],
    };
  }
}
