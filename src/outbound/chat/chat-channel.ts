// What all channels share: the document of a message, its picture, its links, and how answers of HTTP services are judged.
import { type AlertEvent, alertEventOf, isDeviation } from '../../alerting/alert-event.js';
import { type AlertText, alertText } from '../../alerting/alert-text.js';
import type { Channel, SendResult } from '../../alerting/channel.js';
import type { DeviationPictures } from '../../alerting/deviation-pictures.js';
import type { PendingMessage } from '../../alerting/outbox-message.js';
import type { SignedLinks } from '../../alerting/signed-links.js';
import { defusedText } from './defuse.js';
import { type Answer, type Call, PrivateAddressError, call } from './post.js';
import { retryAfterMs } from './retry-after.js';

/** What a channel leans on beside its settings. */
export interface ChatTools {
  links: SignedLinks;
  pictures: DeviationPictures;
  clock: () => number;
}

/** One message, ready to be rendered. Texts are defused: nothing in them becomes a link or a mention by itself. */
export interface Alert {
  message: PendingMessage;
  event: AlertEvent;
  text: AlertText;
  /** Null for summaries, which are about no single deviation. */
  deviation: { id: string; status: 'open' | 'acknowledged' | 'snoozed' | 'resolved'; version: number } | null;
  at: number;
}

/** The service refused for good: another try of the same would fail again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The service asks for patience; `afterMs` is its own word on how much. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(
    message: string,
    readonly afterMs: number | null,
  ) {
    super(message);
  }
}

/** Answers after which the same request may work later: timeouts, conflicts, too early, too many, and the server's own failures. */
const TEMPORARY = new Set([408, 409, 423, 425, 429]);

export abstract class ChatChannel implements Channel {
  constructor(
    readonly name: string,
    protected readonly tools: ChatTools,
    private readonly allowPrivate: boolean,
  ) {}

  async send(message: PendingMessage): Promise<SendResult> {
    try {
      return withKnownIds(await this.deliver(this.alertOf(message)));
    } catch (error) {
      return failureOf(error);
    }
  }

  /** @throws RefusedError, BusyError, or the network's error */
  protected abstract deliver(alert: Alert): Promise<SendResult>;

  protected alertOf(message: PendingMessage): Alert {
    const event = alertEventOf(message.body);
    const { data } = event;
    const deviation = isDeviation(data) ? { id: data.id, status: data.status, version: data.version } : null;
    return { message, event, text: defusedText(alertText(event)), deviation, at: message.createdAt };
  }

  /** The picture of a message's deviation; null where there is none or it could not be drawn: the text goes out regardless. */
  protected picture(alert: Alert): Promise<Buffer | null> {
    return alert.deviation ? this.tools.pictures.picture(alert.deviation.id, 'light') : Promise.resolve(null);
  }

  /** A request whose answer is judged by its status; `judge` may say more of a bad one, by what the service wrote. */
  protected async request(
    parts: Omit<Call, 'allowPrivate' | 'headers'> & { headers?: Record<string, string> },
    judge: (answer: Answer) => Error | null = () => null,
  ): Promise<Answer> {
    const headers = { 'user-agent': 'offcurve', ...parts.headers };
    const answer = await call({ ...parts, headers, allowPrivate: this.allowPrivate });
    if (answer.status >= 200 && answer.status < 300) return answer;
    const special = judge(answer);
    if (special) throw special;
    const said = `${serviceOf(parts.url)} answered ${answer.status}: ${answer.body.slice(0, 300)}`;
    if (TEMPORARY.has(answer.status) || answer.status >= 500)
      throw new BusyError(said, retryAfterMs(answer.retryAfter, this.tools.clock()));
    throw new RefusedError(said);
  }

  protected json(
    method: Call['method'],
    url: string,
    body: unknown,
    headers: Record<string, string> = {},
    judge?: (answer: Answer) => Error | null,
  ): Promise<Answer> {
    const text = method === 'GET' ? '' : JSON.stringify(body);
    return this.request(
      { method, url, body: text, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } },
      judge,
    );
  }

  /** For `check`: what a harmless request says against the settings. */
  protected async problemOf(asking: Promise<unknown>): Promise<string | null> {
    try {
      await asking;
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Where the service answered without an id, there is nothing to edit or to reply to later. */
function withKnownIds(result: SendResult): SendResult {
  if (result.status !== 'sent' || result.receipt === undefined) return result;
  const ids = (result.receipt.ids as unknown[]).filter((id): id is string => typeof id === 'string' && id !== '');
  return ids.length === 0 ? { status: 'sent' } : { status: 'sent', receipt: { ...result.receipt, ids } };
}

function failureOf(error: unknown): SendResult {
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof RefusedError || error instanceof PrivateAddressError) return { status: 'failed', error: said };
  return { status: 'retry', error: said, afterMs: error instanceof BusyError ? error.afterMs : null };
}

/** Without path and query: they may hold secrets. */
const serviceOf = (url: string): string => new URL(url).host;

/** Cuts a text to what a service takes, and shows that it was cut; between two characters, since services refuse half of one. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
