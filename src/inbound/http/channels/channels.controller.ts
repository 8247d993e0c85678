// GET /v1/channels: whether what is sent to each channel gets through.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChannelStandings, KnownChannels, troubleOf } from '../../../alerting/channel-standing.js';
import { timeText } from '../../../alerting/deviation-json.js';
import { type NoQuery, noQuery } from '../query-values.js';

@ApiTags('deviations')
@Controller('v1/channels')
export class ChannelsController {
  constructor(
    @Inject(ChannelStandings) private readonly standings: ChannelStandings,
    @Inject(KnownChannels) private readonly known: KnownChannels,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The channels of alerts: how many messages wait, and since when and why none gets through where none does',
  })
  async list(@Query({ schema: noQuery }) _query: NoQuery) {
    const { all } = this.known;
    const standings = await this.standings.read(all.map(({ name }) => name));
    const now = Date.now();
    const items = standings.map((standing, n) => {
      const { channel, waiting, lastSentAt, givenUp } = standing;
      const trouble = troubleOf(standing, now);
      return {
        ...{ channel, service: all[n]!.service, waiting, last_sent_at: timeText(lastSentAt) },
        trouble: trouble && {
          ...{ kind: trouble.kind, since: timeText(trouble.since), error: trouble.error },
          ...{ given_up: givenUp?.count ?? 0, passed_on: givenUp?.passedOn ?? 0, passed_to: givenUp?.passedTo ?? null },
        },
      };
    });
    return { items, next: null };
  }
}
