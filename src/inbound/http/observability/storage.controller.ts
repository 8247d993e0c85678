// GET /v1/storage: what the database holds and where that is going.
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { StorageReader, foretellStorage } from '../../../runs/storage-usage.js';
import { RetentionClock } from '../../../watch/retention-clock.js';

@ApiTags('health')
@Controller('v1/storage')
export class StorageController {
  constructor(
    @Inject(StorageReader) private readonly storage: StorageReader,
    @Inject(RetentionClock) private readonly retention: RetentionClock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Bytes that are stored, that a day adds, and that there will be in 30 days and a year' })
  async read() {
    const usage = await this.storage.read(Date.now());
    const { days } = this.retention;
    return { ...usage, retentionDays: days, forecast: foretellStorage(usage, days) };
  }
}
