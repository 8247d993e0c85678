// What chat services call when somebody presses a button. Each proves itself by its own signature before it is read.
import { timingSafeEqual } from 'node:crypto';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { REPEATED, carryOutOnce } from '../../../alerting/carry-out-once.js';
import { actionNamed, isActionName } from '../../../alerting/chat-command.js';
import { ChatRequests } from '../../../alerting/chat-requests.js';
import { SignedLinks } from '../../../alerting/signed-links.js';
import { slackEvent, slackPress } from '../../../alerting/slack-words.js';
import { type TelegramWord, telegramUpdate, telegramWord } from '../../../alerting/telegram-words.js';
import { Problem } from '../problem/problem.js';
import { ChatHandling } from './chat-handling.js';
import { ChatSecrets } from './chat-secrets.js';
import { slackRefusal } from './slack-signature.js';

/** https://docs.slack.dev/reference/events/url_verification and the envelope of the Events API */
const slackCall = z.union([
  z.object({ type: z.literal('url_verification'), challenge: z.string() }),
  z.object({ type: z.literal('event_callback'), event_id: z.string(), event: z.unknown() }),
]);
/** https://developers.mattermost.com/integrate/plugins/interactive-messages/ */
const mattermostPress = z.object({
  user_id: z.string(),
  user_name: z.string().optional(),
  trigger_id: z.string().optional(),
  context: z.object({ deviation: z.string(), action: z.string(), expires: z.string(), signature: z.string() }),
});
/** Longer than Slack's time is taken for now, and than Slack and Telegram repeat what they saw no answer to. */
const REMEMBERED_MS = 48 * 3_600_000;

@ApiExcludeController()
@Controller('chat')
export class ButtonsController {
  constructor(
    @Inject(ChatSecrets) private readonly secrets: ChatSecrets,
    @Inject(ChatHandling) private readonly handling: ChatHandling,
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(ChatRequests) private readonly requests: ChatRequests,
  ) {}

  /** Interactivity sends a form; the Events API, for reactions and replies, sends JSON. Both to the same address. */
  @Post('slack')
  @HttpCode(200)
  async slack(@Req() request: Request): Promise<object> {
    const body = bodyOf(request);
    const signature = request.header('x-slack-signature') ?? '';
    const headers = { timestamp: request.header('x-slack-request-timestamp') ?? '', signature };
    const { secrets, channels } = this.secrets.slack;
    const refusal = slackRefusal(secrets, headers, body, Date.now());
    if (refusal !== null) throw new Problem(401, refusal);
    const isEvent = request.header('content-type')?.startsWith('application/json') ?? false;
    if (isEvent) return this.slackEvent(parsed(slackCall, body.toString('utf8')), channels);
    const word = slackPress(parsed(z.unknown(), new URLSearchParams(body.toString('utf8')).get('payload') ?? ''));
    if (word === null || !('deviation' in word)) throw new Problem(400, 'there is no such button');
    const handle = () => this.handling.handle(word.deviation, word.action, word.actor);
    const text = await this.once(`slack/${signature}`, handle);
    if (text === REPEATED) throw new Problem(409, 'this request was carried out already');
    return { text };
  }

  /** Slack sends an event again until it is answered with 200, also one that was carried out. */
  private async slackEvent(call: z.infer<typeof slackCall>, channels: readonly string[]): Promise<object> {
    if (call.type === 'url_verification') return { challenge: call.challenge };
    const word = slackEvent(call.event);
    if (word !== null && 'message' in word)
      await this.once(`slack/${call.event_id}`, () =>
        this.handling.handleMessage(channels, word.message, word.action, word.actor),
      );
    return {};
  }

  @Post('telegram')
  @HttpCode(200)
  async telegram(@Req() request: Request): Promise<object> {
    const given = Buffer.from(request.header('x-telegram-bot-api-secret-token') ?? '');
    const { secrets, channels } = this.secrets.telegram;
    const bot = secrets.findIndex((secret) => {
      const expected = Buffer.from(secret);
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
    if (bot < 0) throw new Problem(401, 'the secret token is wrong, or no telegram channel has a webhook_secret');
    const update = parsed(telegramUpdate, bodyOf(request).toString('utf8'));
    // Telegram repeats an update until it is answered with 200, even one that was carried out.
    const word = telegramWord(update, Date.now());
    const said = word && (await this.once(`telegram/${bot}/${update.update_id}`, () => this.carryOut(word, channels)));
    if (said === REPEATED) return {};
    const query = update.callback_query;
    if (!query) return {};
    // The answer to a webhook may itself be a call of the Bot API.
    const text = (said ?? 'There is no such button.').slice(0, 200);
    return { method: 'answerCallbackQuery', callback_query_id: query.id, text };
  }

  /** Mattermost signs nothing: the button carries our own signature, which it shows to nobody. */
  @Post('mattermost')
  @HttpCode(200)
  async mattermost(@Req() request: Request): Promise<object> {
    const {
      context,
      user_name: name,
      user_id: user,
      trigger_id: press,
    } = parsed(mattermostPress, bodyOf(request).toString('utf8'));
    const { deviation, action, expires, signature } = context;
    const now = Date.now();
    if (!isActionName(action) || !this.links.isValid(`press/${action}`, deviation, expires, signature, now))
      throw new Problem(401, 'the signature is wrong, or no longer valid');
    const handle = () => this.handling.handle(deviation, actionNamed(action, now), name ?? user);
    const said = press === undefined ? await handle() : await this.once(`mattermost/${press}`, handle);
    if (said === REPEATED) throw new Problem(409, 'this request was carried out already');
    return { ephemeral_text: said };
  }

  private once<T>(request: string, work: () => Promise<T>): Promise<T | typeof REPEATED> {
    return carryOutOnce(this.requests, { id: request, rememberedMs: REMEMBERED_MS }, work);
  }

  private carryOut(word: TelegramWord, channels: readonly string[]): Promise<string | null> {
    const { action, actor } = word;
    if ('deviation' in word) return this.handling.handle(word.deviation, action, actor);
    return this.handling.handleMessage(channels, word.message, action, actor);
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
