// What people do with a deviation: each button POSTs here, under the name of its token.
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { deviationJson } from '../../../alerting/deviation-json.js';
import {
  DEFAULT_SNOOZE_MS,
  DeviationHandling,
  type HandlingAction,
  HandlingError,
} from '../../../alerting/handle-deviation.js';
import { LivePush } from '../../../watch/live-push.js';
import { Problem, orNotFound } from '../problem/problem.js';

/** No body, and an empty one, are the same. */
const snoozeBody = z.preprocess(
  (body) => body ?? {},
  z.strictObject({ until: z.iso.datetime({ offset: true }).optional() }),
);

/** Answers `{changed, reason, deviation}`: where somebody was quicker, `changed` is false and `reason` says who. */
@ApiTags('deviations')
@Controller('v1/deviations/:deviation')
export class HandlingController {
  constructor(
    @Inject(DeviationHandling) private readonly handling: DeviationHandling,
    @Inject(LivePush) private readonly live: LivePush,
  ) {}

  @Post('acknowledge')
  @HttpCode(200)
  @ApiOperation({ summary: 'Somebody looks after it' })
  acknowledge(@Param('deviation') id: string, @Req() request: Request) {
    return this.handle(id, { kind: 'acknowledge' }, request);
  }

  @Post('snooze')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say nothing of it until a time, or for eight hours' })
  snooze(
    @Param('deviation') id: string,
    @Body({ schema: snoozeBody }) { until }: z.infer<typeof snoozeBody>,
    @Req() request: Request,
  ) {
    const at = until === undefined ? Date.now() + DEFAULT_SNOOZE_MS : Date.parse(until);
    return this.handle(id, { kind: 'snooze', until: at }, request);
  }

  @Post('resolve')
  @HttpCode(200)
  @ApiOperation({ summary: 'It is over' })
  resolve(@Param('deviation') id: string, @Req() request: Request) {
    return this.handle(id, { kind: 'resolve' }, request);
  }

  @Post('false-alarm')
  @HttpCode(200)
  @ApiOperation({ summary: 'It never was one: ends it, and counts in the audit' })
  falseAlarm(@Param('deviation') id: string, @Req() request: Request) {
    return this.handle(id, { kind: 'false-alarm' }, request);
  }

  private async handle(id: string, action: HandlingAction, { caller }: Request) {
    try {
      const handling = orNotFound(await this.handling.handle(id, action, caller!.name), 'deviation', id);
      const { changed, deviation } = handling;
      if (changed) this.live.deviation({ type: deviation.status === 'resolved' ? 'resolved' : 'updated', deviation });
      return { changed, reason: handling.changed ? null : handling.reason, deviation: deviationJson(deviation) };
    } catch (error) {
      if (!(error instanceof HandlingError)) throw error;
      const { message, field, fix } = error;
      throw new Problem(400, message, [{ field, reason: message, fix }]);
    }
  }
}
