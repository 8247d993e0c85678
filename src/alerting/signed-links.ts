// Links that work without a token: signed, for one purpose and one deviation, and no longer than a week.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `chart` shows the picture; `handle/ACTION` opens the page on which that one action is confirmed; `press/ACTION` is a button's. */
export type LinkPurpose = 'chart' | `handle/${string}` | `press/${string}`;

const LASTS_MS = 7 * 86_400_000;

/** Makes and checks them. Without OFFCURVE_SECRET there are none, and messages carry only the link to the page. */
export class SignedLinks {
  constructor(
    private readonly publicUrl: string,
    private readonly secret: string | null,
  ) {}

  /** The picture, or null where nothing can be signed. `from` (ms) makes the link the same however often it is made. */
  chart(deviation: string, theme: 'light' | 'dark', version: number, from: number): string | null {
    const path = `/v1/deviations/${encodeURIComponent(deviation)}/chart.png`;
    return this.link('chart', deviation, path, from, { theme, v: String(version) });
  }

  /** The page that asks whether to carry out `action`, and does so by a POST. */
  handle(deviation: string, action: string, from: number): string | null {
    return this.link(`handle/${action}`, deviation, `/chat/handle/${encodeURIComponent(deviation)}`, from, { action });
  }

  /** What a button carries that a chat service passes on to `path` when it is pressed; null where nothing can be signed. */
  button(path: string, deviation: string, action: string, from: number) {
    if (this.secret === null) return null;
    const expires = String(Math.floor((from + LASTS_MS) / 1000));
    const signature = this.sign(`press/${action}`, deviation, expires);
    return { url: `${this.publicUrl}${path}`, context: { deviation, action, expires, signature } };
  }

  /** Whether the signature was made for this purpose and deviation, and is not over. */
  isValid(purpose: LinkPurpose, deviation: string, expires: string, signature: string, now: number): boolean {
    if (this.secret === null || !/^\d{1,16}$/.test(expires) || Number(expires) * 1000 < now) return false;
    const expected = Buffer.from(this.sign(purpose, deviation, expires));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** Whether a path with its query is a link to a picture that we signed. */
  isSigned(pathAndQuery: string, now: number): boolean {
    const url = new URL(pathAndQuery, 'http://localhost');
    const deviation = /^\/v1\/deviations\/([\w-]+)\/chart\.png$/.exec(url.pathname)?.[1];
    const { searchParams: query } = url;
    const [expires, signature] = [query.get('expires') ?? '', query.get('signature') ?? ''];
    return deviation !== undefined && this.isValid('chart', deviation, expires, signature, now);
  }

  private link(
    purpose: LinkPurpose,
    deviation: string,
    path: string,
    from: number,
    query: Record<string, string>,
  ): string | null {
    if (this.secret === null) return null;
    const expires = String(Math.floor((from + LASTS_MS) / 1000));
    const parameters = new URLSearchParams({ ...query, expires, signature: this.sign(purpose, deviation, expires) });
    return `${this.publicUrl}${path}?${parameters}`;
  }

  private sign(purpose: LinkPurpose, deviation: string, expires: string): string {
    return createHmac('sha256', this.secret!)
      .update(JSON.stringify(['offcurve', purpose, deviation, expires]))
      .digest('base64url');
  }
}
