// What chat services call when somebody presses a button. Each proves itself by its own signature before it is read.
import { timingSafeEqual } from 'node:crypto';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { type ActionName, actionNamed, isActionName } from '../../../alerting/chat-command.js';
import { Problem } from '../problem/problem.js';
import { ChatHandling } from './chat-handling.js';
import { ChatSecrets } from './chat-secrets.js';
import { RecentRequests } from './recent-requests.js';
import { slackRefusal } from './slack-signature.js';

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const slackPayload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })).min(1),
});
/** https://core.telegram.org/bots/api#callbackquery */
const telegramUpdate = z.object({
  update_id: z.number(),
  callback_query: z
    .object({
      id: z.string(),
      data: z.string().optional(),
      from: z.object({ id: z.number(), username: z.string().optional(), first_name: z.string().optional() }),
    })
    .optional(),
});
/** Short names of actions in Telegram's buttons, which hold 64 bytes. */
const CODES: Readonly<Record<string, ActionName>> = {
  ack: 'acknowledge',
  s1: 'snooze-1h',
  s8: 'snooze-8h',
  res: 'resolve',
  fa: 'false-alarm',
};
const REPLAY_MS = 600_000;

@ApiExcludeController()
@Controller('chat')
export class ButtonsController {
  private readonly recent = new RecentRequests(REPLAY_MS);

  constructor(
    @Inject(ChatSecrets) private readonly secrets: ChatSecrets,
    @Inject(ChatHandling) private readonly handling: ChatHandling,
  ) {}

  @Post('slack')
  @HttpCode(200)
  async slack(@Req() request: Request): Promise<object> {
    const body = bodyOf(request);
    const signature = request.header('x-slack-signature') ?? '';
    const headers = { timestamp: request.header('x-slack-request-timestamp') ?? '', signature };
    const refusal = slackRefusal(this.secrets.slack, headers, body, Date.now());
    if (refusal !== null) throw new Problem(401, refusal);
    if (!this.recent.isNew(signature, Date.now())) throw new Problem(409, 'this request was carried out already');
    const payload = parsed(slackPayload, new URLSearchParams(body.toString('utf8')).get('payload') ?? '');
    const { action_id: name, value, action_ts: at } = payload.actions[0]!;
    if (!isActionName(name) || value === undefined) throw new Problem(400, 'there is no such button');
    const actor = payload.user.name ?? payload.user.username ?? payload.user.id;
    return { text: await this.handling.handle(value, actionNamed(name, 1000 * Number(at)), actor) };
  }

  @Post('telegram')
  @HttpCode(200)
  async telegram(@Req() request: Request): Promise<object> {
    const given = Buffer.from(request.header('x-telegram-bot-api-secret-token') ?? '');
    const known = this.secrets.telegram.some((secret) => {
      const expected = Buffer.from(secret);
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
    if (!known) throw new Problem(401, 'the secret token is wrong, or no telegram channel has a webhook_secret');
    const { update_id: update, callback_query: query } = parsed(telegramUpdate, bodyOf(request).toString('utf8'));
    // Telegram repeats an update until it is answered with 200, even one that was carried out.
    if (!query || !this.recent.isNew(`telegram/${update}`, Date.now())) return {};
    const [code = '', deviation = ''] = (query.data ?? '').split(':');
    const action = CODES[code];
    const { username, first_name: firstName, id } = query.from;
    const actor = username ?? firstName ?? String(id);
    const said = action
      ? await this.handling.handle(deviation, actionNamed(action, Date.now()), actor)
      : 'There is no such button.';
    // The answer to a webhook may itself be a call of the Bot API.
    return { method: 'answerCallbackQuery', callback_query_id: query.id, text: said.slice(0, 200) };
  }
}

const bodyOf = (request: Request): Buffer => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));

function parsed<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Problem(400, 'the body is not JSON');
  }
  const checked = schema.safeParse(json);
  if (!checked.success) throw new Problem(400, 'the body is not what the service documents');
  return checked.data;
}
