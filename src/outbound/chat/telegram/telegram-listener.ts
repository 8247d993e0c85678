// Asks Telegram for what people do, where no webhook is set: nothing has to reach us from outside.
// https://core.telegram.org/bots/api#getupdates
import { backoffMs } from '../../../alerting/backoff.js';
import type { ChannelPlaces } from '../../../alerting/channel-places.js';
import { TELEGRAM_UPDATES, telegramUpdate, telegramWord } from '../../../alerting/telegram-words.js';
import { type Listener, type ListenerParts, carryOut } from '../listener.js';
import { call } from '../post.js';
import type { TelegramOptions } from './telegram-channel.js';

/** How long Telegram may keep a question open while nothing happens. */
const POLL_SECONDS = 30;
const PATIENCE_MS = 15_000;

/** The place in the updates is kept after what stood before it was carried out: a crash in between reads it again. */
export class TelegramListener implements Listener {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: ListenerParts,
    private readonly options: Omit<TelegramOptions, 'chat'>,
    private readonly places: ChannelPlaces,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.look();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.parts.onError(error);
        await rest(backoffMs(++failures, null, Math.random()), signal);
      }
    }
  }

  private async look(): Promise<void> {
    const offset = Number((await this.places.load(this.parts.channel)) ?? 0);
    const asked = { offset, timeout: POLL_SECONDS, allowed_updates: TELEGRAM_UPDATES };
    for (const given of (await this.ask('getUpdates', asked)) as { update_id: number }[]) {
      const update = telegramUpdate.safeParse(given).data;
      const word = update ? telegramWord(update, Date.now()) : null;
      const said = word && (await this.carryOut(word));
      const query = update?.callback_query;
      // Without an answer the button turns for a minute; one that is late is refused, and nothing is lost by that.
      if (query)
        await this.ask('answerCallbackQuery', { callback_query_id: query.id, text: (said ?? '').slice(0, 200) }).catch(
          () => undefined,
        );
      await this.places.save(this.parts.channel, String(given.update_id + 1));
    }
  }

  private carryOut(word: NonNullable<ReturnType<typeof telegramWord>>): Promise<string | null> {
    const { action, actor } = word;
    if ('deviation' in word) return this.parts.handle(word.deviation, action, actor);
    return carryOut(this.parts, word.message, action, actor);
  }

  private async ask(method: string, body: object): Promise<unknown> {
    const { apiUrl, token, allowPrivate } = this.options;
    const { status, body: said } = await call({
      method: 'POST',
      url: `${apiUrl}/bot${token}/${method}`,
      headers: { 'content-type': 'application/json', 'user-agent': 'offcurve' },
      body: JSON.stringify(body),
      allowPrivate,
      timeoutMs: 1000 * POLL_SECONDS + PATIENCE_MS,
      signal: this.ending.signal,
    });
    if (status === 409) throw new Error('Telegram: a webhook is set, or another service asks for the same bot');
    if (status !== 200) throw new Error(`Telegram answered ${status} to ${method}`);
    return (JSON.parse(said) as { result: unknown }).result;
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
