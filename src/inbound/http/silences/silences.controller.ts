// Maintenance silences: who may operate makes and ends them, who may read sees them.
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { DEVIATION_KINDS } from '../../../core/detection/deviation-kinds.js';
import { timeText } from '../../../alerting/deviation-json.js';
import type { Silence } from '../../../alerting/silence.js';
import { SilenceStore } from '../../../alerting/silence-store.js';
import { SilenceError, Silences } from '../../../alerting/silences.js';
import { pageQuery } from '../page-query.js';
import { Problem, orNotFound } from '../problem/problem.js';
import { type NoQuery, noQuery } from '../query-values.js';
import { remark, searched } from '../text-values.js';

const time = z.iso.datetime({ offset: true });
const silenceBody = z.strictObject({
  /** Absent conditions match everything; an empty match silences all. */
  match: z
    .strictObject({
      project: searched,
      family: searched,
      tag: searched,
      run: searched,
      kinds: z.array(z.enum(DEVIATION_KINDS)).min(1),
    })
    .partial(),
  starts_at: time.optional(),
  ends_at: time,
  comment: remark(1_000).default(''),
});
const listQuery = z.strictObject({
  ...pageQuery,
  /** `current`: those that have not ended. */
  status: z.enum(['current', 'all']).default('current'),
});

@ApiTags('silences')
@Controller('v1/silences')
export class SilencesController {
  constructor(
    @Inject(SilenceStore) private readonly store: SilenceStore,
    @Inject(Silences) private readonly silences: Silences,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Silences, newest first' })
  async list(@Query({ schema: listQuery }) { status, ...page }: z.infer<typeof listQuery>) {
    const now = Date.now();
    const { items, next } = await this.store.list({ ...page, notEndedAt: status === 'current' ? now : undefined });
    return { items: items.map((silence) => silenceJson(silence, now)), next };
  }

  @Get(':silence')
  @ApiOperation({ summary: 'One silence' })
  async find(@Param('silence') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    return silenceJson(orNotFound(await this.store.find(id), 'silence', id), Date.now());
  }

  @Post()
  @ApiOperation({ summary: 'Say nothing new of what matches until a time' })
  async create(@Body({ schema: silenceBody }) body: z.infer<typeof silenceBody>, @Req() { caller }: Request) {
    const { match, starts_at: starts, ends_at: ends, comment } = body;
    const startsAt = starts === undefined ? null : Date.parse(starts);
    try {
      const asked = { match, startsAt, endsAt: Date.parse(ends), comment };
      return silenceJson(await this.silences.create(asked, caller!.name), Date.now());
    } catch (error) {
      if (!(error instanceof SilenceError)) throw error;
      throw new Problem(400, error.message, [{ field: error.field, reason: error.message, fix: error.fix }]);
    }
  }

  @Delete(':silence')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a silence now; what it held back and still holds is sent' })
  async expire(@Param('silence') id: string) {
    return silenceJson(orNotFound(await this.silences.expire(id), 'silence', id), Date.now());
  }
}

const silenceJson = ({ id, match, startsAt, endsAt, comment, createdBy, createdAt }: Silence, now: number) => ({
  ...{ id, match, comment },
  status: now >= endsAt ? 'ended' : now < startsAt ? 'pending' : 'active',
  starts_at: timeText(startsAt),
  ends_at: timeText(endsAt),
  created_by: createdBy,
  created_at: timeText(createdAt),
});
