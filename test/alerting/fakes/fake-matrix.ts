// A Matrix server as documented, for what a real one cannot be asked in a test: thousands of messages on a clock of ours.
// https://spec.matrix.org/v1.11/client-server-api/#sending-events-to-a-room, with Synapse's rc_message as it comes.
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

/** Size limits of the specification. */
const LARGEST_EVENT = 65_536;

export class FakeMatrix extends FakeService {
  /** Ten events at once, then 0.2 a second. */
  protected override readonly limits = [{ most: 10, perMs: 50_000 }];
  readonly token = 'syt_good';
  readonly room = '!room:test';
  /** Events by transaction id. */
  readonly events = new Map<string, { id: string; content: Record<string, unknown> }>();

  /** Messages that are neither edits nor replies nor pictures. */
  get shown(): number {
    return [...this.events.values()].filter(
      ({ content }) => content['m.relates_to'] === undefined && content.msgtype === 'm.text',
    ).length;
  }

  protected tooMany(seconds: number): FakeAnswer {
    return {
      status: 429,
      body: { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests', retry_after_ms: 1000 * seconds },
    };
  }

  /** Events are; what is uploaded has a limit of its own. */
  protected override counts({ method }: FakeRequest): boolean {
    return method === 'PUT';
  }

  protected answer(request: FakeRequest): FakeAnswer {
    const refused = (status: number, errcode: string): FakeAnswer => ({ status, body: { errcode, error: errcode } });
    if (request.headers.authorization !== `Bearer ${this.token}`) return refused(401, 'M_UNKNOWN_TOKEN');
    if (request.path === '/_matrix/media/v3/upload') return { status: 200, body: { content_uri: 'mxc://test/curve' } };
    const [, room, transaction] =
      /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/send\/m\.room\.message\/(.+)$/.exec(request.path) ?? [];
    if (request.method !== 'PUT' || room === undefined) return refused(404, 'M_UNRECOGNIZED');
    if (decodeURIComponent(room) !== this.room) return refused(403, 'M_FORBIDDEN');
    const content = jsonOf<Record<string, unknown>>(request);
    if (typeof content?.body !== 'string' || typeof content.msgtype !== 'string') return refused(400, 'M_BAD_JSON');
    if (request.body.length > LARGEST_EVENT) return refused(413, 'M_TOO_LARGE');
    const known = this.events.get(transaction!);
    const event = known ?? { id: `$${this.events.size + 1}`, content };
    this.events.set(transaction!, event);
    return { status: 200, body: { event_id: event.id } };
  }
}
