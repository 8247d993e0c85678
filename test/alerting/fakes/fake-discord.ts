// Discord's webhooks as documented: https://docs.discord.com/developers/resources/webhook, embed limits, error codes
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';
import { multipartOf } from './multipart.js';

export interface DiscordPost {
  content?: string;
  embeds?: {
    title?: string;
    description?: string;
    fields?: { name: string; value: string }[];
    image?: { url: string };
  }[];
  allowed_mentions?: { parse: string[] };
}

const HOOK = '/api/webhooks/42/token';
const error = (status: number, code: number, message: string): FakeAnswer => ({ status, body: { code, message } });

export class FakeDiscord extends FakeService {
  protected override readonly limits = [
    { most: 5, perMs: 2_000 },
    { most: 30, perMs: 60_000 },
  ];
  readonly messages = new Map<string, { post: DiscordPost; files: Map<string, Buffer> }>();
  /** Somebody removed the webhook. */
  removed = false;
  /** A proxy in between empties the answers. */
  mute = false;
  private count = 0;

  hook(): string {
    return `${this.url}${HOOK}`;
  }

  protected tooMany(seconds: number): FakeAnswer {
    const body = { message: 'You are being rate limited.', retry_after: seconds, global: false };
    return { status: 429, headers: { 'retry-after': String(Math.ceil(seconds)) }, body };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (this.removed || !request.path.startsWith(HOOK)) return error(404, 10_015, 'Unknown Webhook');
    const rest = request.path.slice(HOOK.length);
    if (request.method === 'GET' && rest === '') return { status: 200, body: { id: '42', type: 1 } };
    const files = new Map<string, Buffer>();
    const post = this.read(request, files);
    if (post === null) return error(400, 50_109, 'The request body contains invalid JSON.');
    if (request.method === 'POST' && rest === '') return this.create(post, files, request.query.get('wait') === 'true');
    const id = /^\/messages\/(\d+)$/.exec(rest)?.[1];
    if (request.method !== 'PATCH' || id === undefined) return error(405, 0, 'Method Not Allowed');
    const before = this.messages.get(id);
    if (!before) return error(404, 10_008, 'Unknown Message');
    // Attachments stay unless the edit says otherwise.
    if (!isValid(post, before.files)) return error(400, 50_035, 'Invalid Form Body');
    before.post = post;
    return { status: 200, body: { id } };
  }

  private create(post: DiscordPost, files: Map<string, Buffer>, wait: boolean): FakeAnswer {
    if (!isValid(post, files)) return error(400, 50_035, 'Invalid Form Body');
    if (!post.content && !post.embeds?.length && files.size === 0)
      return error(400, 50_006, 'Cannot send an empty message');
    const id = String(900_000_000_000_000_000n + BigInt(++this.count));
    this.messages.set(id, { post, files });
    return wait && !this.mute ? { status: 200, body: { id } } : { status: 204 };
  }

  private read(request: FakeRequest, files: Map<string, Buffer>): DiscordPost | null {
    const parts = multipartOf(request.headers['content-type'] ?? '', request.body);
    if (parts === null) return jsonOf(request);
    for (const { filename, data } of parts.values()) if (filename !== null) files.set(filename, data);
    const json = parts.get('payload_json')?.data.toString('utf8');
    return json === undefined ? {} : (JSON.parse(json) as DiscordPost);
  }
}

/** Lengths count characters after trimming; a field may not be empty. */
function isValid({ content = '', embeds = [] }: DiscordPost, files: ReadonlyMap<string, Buffer>): boolean {
  if (content.length > 2_000 || embeds.length > 10) return false;
  let sum = 0;
  for (const { title = '', description = '', fields = [], image } of embeds) {
    if (title.length > 256 || description.length > 4_096 || fields.length > 25) return false;
    sum += title.length + description.length;
    for (const { name, value } of fields) {
      if (name.trim() === '' || name.length > 256 || value.trim() === '' || value.length > 1_024) return false;
      sum += name.length + value.length;
    }
    const attached = /^attachment:\/\/(.+)$/.exec(image?.url ?? '')?.[1];
    if (attached !== undefined && !files.has(attached)) return false;
  }
  return sum <= 6_000;
}
