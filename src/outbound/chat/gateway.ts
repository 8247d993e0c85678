// A WebSocket to a chat service that tells what people do, kept open for as long as the service runs.
import { isIP } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import { backoffMs } from '../../alerting/backoff.js';
import { KeepLooking, rest } from './keep-looking.js';
import { isPrivateAddress } from '../../settings/private-address.js';
import { PrivateAddressError, publicLookup } from './post.js';

/** A gateway that takes longer to answer is not there. */
const CONNECT_MS = 15_000;
const LARGEST_BYTES = 4_194_304;

export interface GatewayCalls {
  send: (message: object) => void;
  /** Ends this connection; another one follows. */
  close: () => void;
}

/** What a service's protocol makes of a connection. */
export interface GatewayTalk {
  /** One message. A promise that is refused is told as an error and ends nothing. */
  said(message: unknown, calls: GatewayCalls): Promise<void> | void;
  /** The connection is over. @throws RefusedForGoodError where another one makes no sense */
  over?(code: number): void;
}

export interface GatewayParts {
  /** Where to connect this time, and what to say there. */
  open: () => Promise<{ url: string; talk: GatewayTalk }>;
  allowPrivate: boolean;
  onError: (error: unknown) => void;
}

/** Connects again and again until stopped, with growing waits while that fails. */
export class Gateway {
  private readonly looking = new KeepLooking(
    () => this.connect(),
    (error) => this.parts.onError(error),
  );
  private aside: Promise<void> = Promise.resolve();

  constructor(private readonly parts: GatewayParts) {}

  start(): void {
    this.looking.start();
  }

  async stop(): Promise<void> {
    await this.looking.stop();
    await this.aside;
  }

  /** Work that must hold up nothing of what is said meanwhile; it ends with the gateway. */
  beside(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.looking;
    this.aside = this.aside
      .then(() => work(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) this.parts.onError(error);
      });
  }

  private async connect(): Promise<void> {
    const { url, talk } = await this.parts.open();
    if (!(await this.talk(url, talk))) throw new Error(`${new URL(url).host} ended the connection without a word`);
    // Also after a good one: what is thrown out each time it connects must not connect all the time.
    await rest(backoffMs(1, null, Math.random()), this.looking.signal);
  }

  /** One connection, to its end; true where anything was said on it. */
  private talk(url: string, talk: GatewayTalk): Promise<boolean> {
    const { allowPrivate, onError } = this.parts;
    const { signal } = this.looking;
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw new PrivateAddressError(host);
    const socket = new WebSocket(url, {
      handshakeTimeout: CONNECT_MS,
      maxPayload: LARGEST_BYTES,
      ...(allowPrivate ? {} : { lookup: publicLookup }),
    });
    const calls: GatewayCalls = {
      send: (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message)),
      close: () => socket.close(),
    };
    return new Promise((resolve, reject) => {
      let heard = false;
      // One after the other: what somebody takes back comes behind what they said.
      let taking: Promise<void> = Promise.resolve();
      const end = (): void => socket.terminate();
      signal.addEventListener('abort', end);
      socket.on('message', (data) => {
        heard = true;
        taking = taking.then(() => talk.said(parsed(data), calls)).catch(onError);
      });
      socket.on('error', (error) => signal.aborted || onError(error));
      socket.on('close', (code) => {
        signal.removeEventListener('abort', end);
        void taking
          .then(() => {
            talk.over?.(code);
            resolve(heard);
          })
          .catch(reject);
      });
    });
  }
}

function parsed(data: RawData): unknown {
  try {
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return null;
  }
}
