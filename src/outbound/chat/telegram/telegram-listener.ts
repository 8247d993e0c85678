// Asks Telegram for what people do, where no webhook is set: nothing has to reach us from outside.
// https://core.telegram.org/bots/api#getupdates
import type { ChannelPlaces } from '../../../alerting/channel-places.js';
import { TELEGRAM_UPDATES, telegramUpdate, telegramWord } from '../../../alerting/telegram-words.js';
import { type Listener, type ListenerParts, carryOut } from '../listener.js';
import { KeepLooking } from '../keep-looking.js';
import { call } from '../post.js';
import type { TelegramOptions } from './telegram-channel.js';

/** How long Telegram may keep a question open while nothing happens. */
const POLL_SECONDS = 30;
const PATIENCE_MS = 15_000;

/** The place in the updates is kept after what stood before it was carried out: a crash in between reads it again. */
export class TelegramListener implements Listener {
  private readonly looking = new KeepLooking(
    () => this.look(),
    (error) => this.parts.onError(error),
  );

  constructor(
    private readonly parts: ListenerParts,
    private readonly options: Omit<TelegramOptions, 'chat'>,
    private readonly places: ChannelPlaces,
  ) {}

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
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
      signal: this.looking.signal,
    });
    if (status === 409) throw new Error('Telegram: a webhook is set, or another service asks for the same bot');
    if (status !== 200) throw new Error(`Telegram answered ${status} to ${method}`);
    return (JSON.parse(said) as { result: unknown }).result;
  }
}
