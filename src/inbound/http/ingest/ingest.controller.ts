// POST /v1/metrics and /v1/runs: the good part is kept, the rest is answered with field, reason and fix.
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Rejection } from '../../../runs/rejection.js';
import type { IncomingItem } from '../../../watch/incoming-batch.js';
import { Intake } from '../../../watch/intake.js';
import { type ItemDecoder, metricItem, runItem } from '../../kafka/decode-value.js';
import { Problem } from '../problem/problem.js';
import { type BodyPart, UnreadableBody, bodyParts } from './body-parts.js';
import { acceptedSchema, announcementBody, recordBody } from './ingest-schemas.js';

/** A stretch is committed as a whole: larger ones make fewer, longer transactions. */
const MOST_ITEMS = 5_000;
/** Of a body with nothing right in it, the first ones tell enough. */
const MOST_REJECTED_SHOWN = 1_000;

interface Accepted {
  accepted: number;
  rejected: (Rejection & { index: number })[];
  ignored: string[];
}

@ApiTags('ingest')
@Controller('v1')
export class IngestController {
  constructor(@Inject(Intake) private readonly intake: Intake) {}

  @Post('metrics')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send what a job logged: one record, an array of them, or one a line (NDJSON), also gzipped',
  })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ schema: recordBody })
  @ApiResponse({ status: 202, description: 'What was kept is stored, or on Kafka, for good', schema: acceptedSchema })
  metrics(@Req() request: Request): Promise<Accepted> {
    return this.take(request, metricItem);
  }

  @Post('runs')
  @HttpCode(202)
  @ApiOperation({ summary: 'Say what a run is: its size, plan, schedule, price, status' })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ schema: announcementBody })
  @ApiResponse({ status: 202, description: 'What was kept is stored, or on Kafka, for good', schema: acceptedSchema })
  runs(@Req() request: Request): Promise<Accepted> {
    return this.take(request, runItem);
  }

  private async take(request: Request, decode: ItemDecoder): Promise<Accepted> {
    const { good, rejected } = decodeAll(partsOf(request), decode, Date.now());
    const id = `http/${String(request.id)}`;
    let accepted = good.length;
    for (let from = 0; from < good.length; from += MOST_ITEMS) {
      const part = good.slice(from, from + MOST_ITEMS);
      const refused = await this.intake.take(
        id,
        part.map(({ item }) => item),
      );
      accepted -= refused.length;
      rejected.push(...refused.map(({ index, rejection }) => ({ index: part[index]!.index, ...rejection })));
    }
    const ignored = new Set(good.flatMap(({ item }) => item.ignored));
    return { accepted, rejected: rejected.slice(0, MOST_REJECTED_SHOWN), ignored: [...ignored].sort() };
  }
}

function partsOf({ body, headers }: Request): BodyPart[] {
  try {
    return bodyParts(Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers['content-type']);
  } catch (error) {
    if (error instanceof UnreadableBody) throw new Problem(400, error.message);
    throw error;
  }
}

function decodeAll(parts: readonly BodyPart[], decode: ItemDecoder, received: number) {
  const good: { index: number; item: IncomingItem }[] = [];
  const rejected: Accepted['rejected'] = [];
  for (const part of parts) {
    const decoded = 'value' in part ? decode(part.value, received) : { ok: false as const, rejection: part.rejection };
    if (decoded.ok) good.push({ index: part.index, item: decoded.value });
    else rejected.push({ index: part.index, ...decoded.rejection });
  }
  return { good, rejected };
}
