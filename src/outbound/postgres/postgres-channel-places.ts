// How far each channel has been read.
import { ChannelPlaces } from '../../alerting/channel-places.js';
import type { Database } from './database.js';
import { storing } from './to-store-error.js';

export class PostgresChannelPlaces extends ChannelPlaces {
  constructor(private readonly database: Database) {
    super();
  }

  override load(name: string): Promise<string | null> {
    return storing(async () => {
      const row = await this.database.prisma.channelState.findUnique({ where: { name } });
      return row && (row.state as { place: string }).place;
    });
  }

  override save(name: string, place: string): Promise<void> {
    return storing(async () => {
      await this.database.prisma.channelState.upsert({
        where: { name },
        create: { name, state: { place } },
        update: { state: { place } },
      });
    });
  }
}
