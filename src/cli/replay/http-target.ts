// Sends a replay to the HTTP interface, in order, in batches.
import { wireAnnouncement, wireRecord } from '../../runs/wire-form.js';
import { UserError } from '../user-error.js';
import type { Played } from './player.js';
import type { ReplayTarget } from './replay-target.js';

const TRIES = 8;
const FIRST_WAIT_MS = 250;

/** Posts NDJSON to a service at `url`. A service that is busy or restarting is tried again for half a minute. */
export class HttpTarget implements ReplayTarget {
  constructor(
    private readonly url: string,
    private readonly token: string | null,
    private readonly rejected: (reason: string) => void,
  ) {}

  async send(played: readonly Played[]): Promise<void> {
    for (let from = 0; from < played.length;) {
      const { kind } = played[from]!;
      let to = from;
      while (to < played.length && played[to]!.kind === kind) to++;
      const lines = played
        .slice(from, to)
        .map((item) =>
          JSON.stringify(item.kind === 'record' ? wireRecord(item.record) : wireAnnouncement(item.announcement)),
        );
      await this.post(kind === 'record' ? '/v1/metrics' : '/v1/runs', `${lines.join('\n')}\n`);
      from = to;
    }
  }

  async close(): Promise<void> {}

  private async post(path: string, body: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.tryPost(path, body);
      if (outcome === null) return;
      if (attempt === TRIES)
        throw new UserError(`${this.url} does not take the records: ${outcome}`, 'start the service, or correct --url');
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (attempt - 1)));
    }
  }

  /** Null where it was taken, else what to say if it stays so. */
  private async tryPost(path: string, body: string): Promise<string | null> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.url), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        },
        body,
      });
    } catch (error) {
      return error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    }
    const text = await response.text();
    if (response.status === 202) {
      for (const { index, field, reason } of JSON.parse(text).rejected)
        this.rejected(`record ${index}, ${field}: ${reason}`);
      return null;
    }
    if (response.status === 401 || response.status === 403)
      throw new UserError(
        `${this.url} answered ${response.status}`,
        'pass a token with the scope ingest by --token or OFFCURVE_TOKEN',
      );
    if (response.status < 500 && response.status !== 429)
      throw new UserError(`${this.url} answered ${response.status}: ${text.slice(0, 300)}`);
    return `it answered ${response.status}${detailOf(text)}`;
  }
}

/** What the service says of it, where it is one. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? `: ${detail}` : '';
  } catch {
    return '';
  }
}
