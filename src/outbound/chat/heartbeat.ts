// Calls a URL every minute, so that somebody else notices when offcurve itself is down.
import { call } from './post.js';

const EVERY_MS = 60_000;

export interface HeartbeatOptions {
  url: string;
  allowPrivate: boolean;
}

/** For services such as Healthchecks or a dead man's switch in Alertmanager: silence is what they report. */
export class Heartbeat {
  private timer: NodeJS.Timeout | null = null;
  private readonly ending = new AbortController();
  private beating: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: HeartbeatOptions,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(everyMs = EVERY_MS): void {
    const next = (): void => void (this.beating = this.beat());
    next();
    this.timer = setInterval(next, everyMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.ending.abort();
    await this.beating;
  }

  private async beat(): Promise<void> {
    try {
      const { url, allowPrivate } = this.options;
      const headers = { 'user-agent': 'offcurve' };
      const { status } = await call({
        method: 'GET',
        url,
        headers,
        body: '',
        allowPrivate,
        signal: this.ending.signal,
      });
      if (status < 200 || status > 299) throw new Error(`the heartbeat's address answered ${status}`);
    } catch (error) {
      if (!this.ending.signal.aborted) this.onError(error);
    }
  }
}
