// A run's numbers: series for drawing, every single point, the band that was predicted, the forecast, the context.
import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { plainJson } from '../../../runs/plain-json.js';
import { RunReader, type SeriesPoint } from '../../../runs/run-reader.js';
import { orNotFound } from '../problem/problem.js';
import { type NoQuery, noQuery, numeric } from '../query-values.js';
import { searched } from '../text-values.js';
import { pointLine } from './run-json.js';
import { seriesText } from './series-text.js';

const MOST_BUCKETS = 10_000;
const metric = searched;
const step = numeric(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER));

const seriesQuery = z
  .strictObject({
    metric,
    from: step.optional(),
    to: step.optional(),
    points: numeric(z.number().int().min(1).max(MOST_BUCKETS)).default(1_000),
  })
  .refine(({ from = 0, to = Infinity }) => from <= to, {
    path: ['to'],
    message: 'it lies before from: send the earlier step as from',
  });
const metricQuery = z.strictObject({ metric });

@ApiTags('runs')
@Controller('v1/runs/:run')
export class CurvesController {
  constructor(@Inject(RunReader) private readonly reader: RunReader) {}

  @Get('series')
  @ApiOperation({ summary: 'A metric over steps as about `points` buckets of min, max and mean: no outlier is lost' })
  @ApiProduces('application/json')
  @Header('content-type', 'application/json; charset=utf-8')
  async series(
    @Param('run') id: string,
    @Query({ schema: seriesQuery }) query: z.infer<typeof seriesQuery>,
  ): Promise<string> {
    const { metric, ...range } = query;
    return seriesText(orNotFound(await this.reader.series(id, metric, range), 'run', id));
  }

  @Get('points')
  @ApiOperation({ summary: 'Every point of a metric by attempt and step, one JSON object a line' })
  @ApiProduces('application/x-ndjson')
  async points(
    @Param('run') id: string,
    @Query({ schema: metricQuery }) { metric }: z.infer<typeof metricQuery>,
    @Res() response: Response,
  ): Promise<void> {
    orNotFound(await this.reader.find(id), 'run', id);
    const lines = linesOf(this.reader.points(id, metric));
    // The first stretch is read before the answer begins: a database that is away is still a plain error.
    const first = await lines.next();
    response.type('application/x-ndjson');
    await pipeline(Readable.from(joined(first, lines)), response);
  }

  @Get('band')
  @ApiOperation({ summary: 'The band that was predicted for single points as the run went on, for drawing the past' })
  async band(@Param('run') id: string, @Query({ schema: metricQuery }) { metric }: z.infer<typeof metricQuery>) {
    return { items: orNotFound(await this.reader.band(id, metric), 'run', id), next: null };
  }

  @Get('forecast')
  @ApiOperation({ summary: 'The newest forecast of each metric to the end of the run' })
  async forecast(@Param('run') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    const forecasts = orNotFound(await this.reader.forecasts(id), 'run', id);
    const items = forecasts.map(({ forecast, ...place }) => ({ ...place, forecast: plainJson(forecast) }));
    return { items, next: null };
  }

  @Get('context')
  @ApiOperation({ summary: 'What the judgement leaned on beyond the records, for `offcurve detect --context`' })
  async context(@Param('run') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    return { run: id, entries: orNotFound(await this.reader.context(id), 'run', id) };
  }
}

async function* linesOf(stretches: AsyncIterable<SeriesPoint[]>): AsyncGenerator<string, void> {
  for await (const points of stretches) yield points.map(pointLine).join('');
}

async function* joined(first: IteratorResult<string, void>, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
