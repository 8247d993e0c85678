// The reading interface of deviations: the list, one of them, its story, what was sent of it.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { deviationJson, timeText } from '../../../alerting/deviation-json.js';
import { DEVIATION_KINDS } from '../../../core/detection/deviation-kinds.js';
import { DeviationStore } from '../../../alerting/deviation-store.js';
import { pageQuery } from '../page-query.js';
import { orNotFound } from '../problem/problem.js';
import { type NoQuery, noQuery } from '../query-values.js';
import { searched } from '../text-values.js';

const STATUSES = ['open', 'acknowledged', 'snoozed', 'resolved'] as const;
const listQuery = z.strictObject({
  ...pageQuery,
  run: searched.optional(),
  status: z.enum(STATUSES).optional(),
  kind: z.enum(DEVIATION_KINDS).optional(),
});

@ApiTags('deviations')
@Controller('v1/deviations')
export class DeviationsController {
  constructor(@Inject(DeviationStore) private readonly store: DeviationStore) {}

  @Get()
  @ApiOperation({ summary: 'Deviations, newest first' })
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    const { items, next } = await this.store.list(query);
    return { items: items.map(deviationJson), next };
  }

  @Get(':deviation')
  @ApiOperation({ summary: 'One deviation as it stands' })
  async find(@Param('deviation') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    return deviationJson(await this.existing(id));
  }

  @Get(':deviation/story')
  @ApiOperation({ summary: 'Every version of a deviation: what changed, when, by whom' })
  async story(@Param('deviation') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    await this.existing(id);
    const steps = await this.store.story(id);
    const items = steps.map(({ version, type, at, actor, deviation }) => ({
      ...{ version, type, at: timeText(at), actor },
      deviation: deviationJson(deviation),
    }));
    return { items, next: null };
  }

  @Get(':deviation/notifications')
  @ApiOperation({ summary: 'What was sent of a deviation, to which channel, and how it went' })
  async notifications(@Param('deviation') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    await this.existing(id);
    const items = (await this.store.notifications(id)).map((sent) => ({
      id: sent.id,
      channel: sent.channel,
      type: sent.type,
      state: sent.state,
      tries: sent.tries,
      created_at: timeText(sent.createdAt),
      sent_at: timeText(sent.sentAt),
      last_error: sent.lastError,
    }));
    const decisions = (await this.store.story(id)).flatMap(({ version, type, at, decision }) =>
      decision ? [{ version, type, at: timeText(at), reason: decision.reason, send: decision.send }] : [],
    );
    return { items, next: null, decisions };
  }

  private async existing(id: string) {
    return orNotFound(await this.store.find(id), 'deviation', id);
  }
}
