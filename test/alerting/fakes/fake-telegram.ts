// Telegram's Bot API as documented: https://core.telegram.org/bots/api, with the words of its errors.
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';
import { multipartOf } from './multipart.js';

interface Keyboard {
  inline_keyboard: { text: string; callback_data: string }[][];
}
export interface TelegramPost {
  chat_id: string;
  text: string;
  message_id?: number;
  reply_markup?: Keyboard;
  reply_parameters?: { message_id: number };
}

const bad = (description: string): FakeAnswer => ({
  status: 400,
  body: { ok: false, error_code: 400, description: `Bad Request: ${description}` },
});
const done = (result: object): FakeAnswer => ({ status: 200, body: { ok: true, result } });

export class FakeTelegram extends FakeService {
  /** A group takes 20 a minute. */
  protected override readonly limits = [{ most: 20, perMs: 60_000 }];
  readonly token = '123456:good';
  readonly chat = '-100123';
  readonly messages = new Map<number, TelegramPost>();
  readonly photos: { replyTo: number; bytes: Buffer }[] = [];
  /** What people did, not yet fetched; and what buttons were answered. */
  private updates: { update_id: number }[] = [];
  private updateCount = 0;
  readonly answered: object[] = [];
  /** Somebody removed the bot from the chat. */
  kicked = false;
  private count = 0;

  protected tooMany(seconds: number): FakeAnswer {
    const description = `Too Many Requests: retry after ${seconds}`;
    return { status: 429, body: { ok: false, error_code: 429, description, parameters: { retry_after: seconds } } };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    const [, bot, method] = request.path.split('/');
    if (bot !== `bot${this.token}`)
      return { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } };
    if (method === 'getMe') return done({ id: 123_456, is_bot: true });
    if (this.kicked) {
      const description = 'Forbidden: bot was kicked from the supergroup chat';
      return { status: 403, body: { ok: false, error_code: 403, description } };
    }
    if (method === 'getUpdates') return this.fetched(request);
    if (method === 'answerCallbackQuery') {
      this.answered.push(jsonOf(request)!);
      return { status: 200, body: { ok: true, result: true } };
    }
    if (method === 'sendPhoto') return this.photo(request);
    const post = jsonOf<TelegramPost>(request);
    if (post?.chat_id !== this.chat) return bad('chat not found');
    const wrong = wrongIn(post);
    if (wrong) return bad(wrong);
    if (method === 'sendMessage') {
      this.messages.set(++this.count, post);
      return done({ message_id: this.count });
    }
    if (method !== 'editMessageText')
      return { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
    const before = this.messages.get(post.message_id!);
    if (!before) return bad('message to edit not found');
    if (before.text === post.text && JSON.stringify(before.reply_markup) === JSON.stringify(post.reply_markup))
      return bad(
        'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
          'content and reply markup of the message',
      );
    this.messages.set(post.message_id!, post);
    return done({ message_id: post.message_id });
  }

  /** People do something in the chat. */
  happen(...updates: object[]): void {
    for (const update of updates) this.updates.push({ update_id: ++this.updateCount, ...update });
  }

  /** Those before the offset are forgotten; the wait for new ones is left out. */
  private fetched(request: FakeRequest): FakeAnswer {
    const asked = jsonOf<{ offset: number; allowed_updates: string[] }>(request)!;
    this.updates = this.updates.filter(({ update_id: id }) => id >= asked.offset);
    const kinds = (update: object) => Object.keys(update).filter((key) => key !== 'update_id');
    return done(this.updates.filter((update) => kinds(update).every((kind) => asked.allowed_updates.includes(kind))));
  }

  private photo({ headers, body }: FakeRequest): FakeAnswer {
    const parts = multipartOf(headers['content-type'] ?? '', body);
    if (parts?.get('chat_id')?.data.toString() !== this.chat) return bad('chat not found');
    const photo = parts.get('photo');
    if (!photo?.filename || photo.data.length > 10_485_760) return bad('there is no photo in the request');
    const reply = JSON.parse(parts.get('reply_parameters')!.data.toString()) as { message_id: number };
    this.photos.push({ replyTo: reply.message_id, bytes: photo.data });
    return done({ message_id: ++this.count });
  }
}

/** https://core.telegram.org/bots/api#html-style: these tags alone, nothing left open, at most 4,096 characters without them. */
function wrongIn({ text, reply_markup: markup }: TelegramPost): string | null {
  const open: string[] = [];
  const plain = text.replace(/<(\/?)([a-z]*)(?: href="[^"<>]*")?>/g, (tag, close: string, name: string) => {
    if (!['b', 'i', 'u', 's', 'a', 'code', 'pre'].includes(name)) return tag;
    if (close === '') open.push(name);
    else if (open.pop() !== name) open.push('unbalanced');
    return '';
  });
  if (open.length > 0 || /[<>]/.test(plain)) return "can't parse entities: Unsupported start tag";
  const seen = plain.replace(/&(lt|gt|amp|quot);/g, 'x');
  if (seen.trim() === '') return 'message text is empty';
  if (seen.length > 4_096) return 'message is too long';
  const data = (markup?.inline_keyboard ?? []).flat().map((button) => Buffer.byteLength(button.callback_data));
  return data.some((bytes) => bytes < 1 || bytes > 64) ? 'BUTTON_DATA_INVALID' : null;
}
