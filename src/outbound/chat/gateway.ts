// A WebSocket to a chat service that tells what people do, kept open for as long as the service runs.
import { isIP } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import { backoffMs } from '../../alerting/backoff.js';
import { rest } from './keep-looking.js';
import { isPrivateAddress } from '../../settings/private-address.js';
import { PrivateAddressError, publicLookup } from './post.js';

/** A gateway that takes longer to answer is not there. */
const CONNECT_MS = 15_000;
const LARGEST_BYTES = 4_194_304;

/** It refuses us for good: another connection would be refused, too. */
export class GatewayRefusedError extends Error {
  override readonly name = 'GatewayRefusedError';
}

export interface GatewayCalls {
  send: (message: object) => void;
  /** Ends this connection; another one follows. */
  close: () => void;
}

/** What a service's protocol makes of a connection. */
export interface GatewayTalk {
  /** One message. A promise that is refused is told as an error and ends nothing. */
  said(message: unknown, calls: GatewayCalls): Promise<void> | void;
  /** The connection is over. @throws GatewayRefusedError where another one makes no sense */
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
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: GatewayParts) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let failures = 0; !signal.aborted;) {
      try {
        const { url, talk } = await this.parts.open();
        // Also after a good one: what is thrown out each time it connects must not connect all the time.
        failures = (await this.talk(url, talk)) ? 1 : failures + 1;
      } catch (error) {
        if (signal.aborted) return;
        this.parts.onError(error);
        if (error instanceof GatewayRefusedError) return;
        failures++;
      }
      if (!signal.aborted) await rest(backoffMs(failures, null, Math.random()), signal);
    }
  }

  /** One connection, to its end; true where anything was said on it. */
  private talk(url: string, talk: GatewayTalk): Promise<boolean> {
    const { allowPrivate, onError } = this.parts;
    const { signal } = this.ending;
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
