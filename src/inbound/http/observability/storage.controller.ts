// GET /v1/storage: what the database holds and where that is going.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { StorageReader, foretellStorage } from '../../../runs/storage-usage.js';
import { RetentionClock } from '../../../watch/retention-clock.js';
import { type NoQuery, noQuery } from '../query-values.js';

@ApiTags('health')
@Controller('v1/storage')
export class StorageController {
  constructor(
    @Inject(StorageReader) private readonly storage: StorageReader,
    @Inject(RetentionClock) private readonly retention: RetentionClock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Bytes that are stored, that a day adds, and that there will be in 30 days and a year' })
  async read(@Query({ schema: noQuery }) _query: NoQuery) {
    const usage = await this.storage.read(Date.now());
    const { days } = this.retention;
    const forecast = foretellStorage(usage, days);
    return {
      database_bytes: usage.databaseBytes,
      point_bytes: usage.pointBytes,
      bucket_bytes: usage.bucketBytes,
      runs: usage.runs,
      records: usage.records,
      records_last_week: usage.recordsLastWeek,
      retention_days: days,
      forecast: {
        records_per_day: forecast.recordsPerDay,
        bytes_per_record: forecast.bytesPerRecord,
        bytes_per_day: forecast.bytesPerDay,
        in_30_days: forecast.in30Days,
        in_a_year: forecast.inAYear,
      },
    };
  }
}
