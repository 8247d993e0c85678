// What the fakes of chat services share: an HTTP server that keeps what it took, and can be out of patience or broken.
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface FakeAnswer {
  status: number;
  headers?: Record<string, string>;
  /** An object is answered as JSON. */
  body?: object | string;
}

/** More than any limit counts. */
const MOST_COUNTED = 1_000;

/** A subclass answers by the rules that its service documents. */
export abstract class FakeService {
  url = '';
  private server: Server | null = null;
  private next: FakeAnswer | null = null;
  private readonly counted = new Map<string, number[]>();
  /** The clock by which `limits` count; null: they do not. */
  clock: (() => number) | null = null;
  /** Is told of every request. */
  heard: ((request: FakeRequest) => void) | null = null;
  /** How often it was asked for more than it documents. */
  violations = 0;
  /** What the service documents, in requests that `counts` picks out. */
  protected readonly limits: readonly { most: number; perMs: number }[] = [];

  /** @param port the one it had before, where it comes back */
  async start(port = 0): Promise<this> {
    this.server = createServer((request, response) => {
      void this.take(request).then(({ status, headers = {}, body = '' }) => {
        const type = typeof body === 'string' ? 'text/plain' : 'application/json';
        response.writeHead(status, { 'content-type': type, ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(null)));
  }

  /** The next request is answered as the service does when it is asked too often. */
  refuseOnce(seconds: number): void {
    this.next = this.tooMany(seconds);
  }

  /** Whether the refusal that was set up still waits for its request. */
  get refuses(): boolean {
    return this.next !== null;
  }

  /** The next request is answered with a failure of the service's own. */
  breakOnce(status = 503): void {
    this.next = { status, body: 'out of order' };
  }

  protected abstract answer(request: FakeRequest): FakeAnswer;
  protected abstract tooMany(seconds: number): FakeAnswer;

  private async take(request: IncomingMessage): Promise<FakeAnswer> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { next } = this;
    this.next = null;
    if (next) return next;
    const { pathname: path, searchParams: query } = new URL(request.url!, this.url);
    const headers = request.headers as Record<string, string>;
    const asked = { method: request.method!, path, query, headers, body: Buffer.concat(pieces) };
    this.heard?.(asked);
    return this.isTooMuch(asked) ? this.tooMany(1) : this.answer(asked);
  }

  /** Which requests the limits are about. */
  protected counts({ method }: FakeRequest): boolean {
    return method !== 'GET';
  }

  /** What is counted together: all of it, unless the service counts each kind of call by itself. */
  protected kindOf(_request: FakeRequest): string {
    return '';
  }

  private isTooMuch(request: FakeRequest): boolean {
    if (this.clock === null || !this.counts(request)) return false;
    const now = this.clock();
    const kind = this.kindOf(request);
    const counted = this.counted.get(kind) ?? [];
    const tooMuch = this.limits.some(({ most, perMs }) => (counted.at(-most) ?? -Infinity) > now - perMs);
    if (tooMuch) this.violations++;
    else this.counted.set(kind, [...counted, now].slice(-MOST_COUNTED));
    return tooMuch;
  }
}

/** JSON of a body that says it is JSON; null for anything else. */
export function jsonOf<T>({ headers, body }: FakeRequest): T | null {
  if (!headers['content-type']?.startsWith('application/json')) return null;
  try {
    return JSON.parse(body.toString('utf8')) as T;
  } catch {
    return null;
  }
}
