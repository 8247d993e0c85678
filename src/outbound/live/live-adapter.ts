// socket.io on the service's own HTTP server, closed to pages of other sites.
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/postgres-adapter';
import type { IncomingMessage } from 'node:http';
import { foreignOrigin } from '../../settings/origin.js';
import type { LiveConnections } from './live-connections.js';

/** Nest brings a socket.io of its own: its types are taken from there. */
type Create = IoAdapter['createIOServer'];
type Options = NonNullable<Parameters<Create>[1]>;

type AdapterPool = Parameters<typeof createAdapter>[0];
type Adapter = Parameters<ReturnType<Create>['adapter']>[0];

/** Clients only say what they watch. */
const MOST_MESSAGE_BYTES = 16_384;

export class LiveAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly publicUrl: string,
    private readonly guarded: boolean,
    /** Null: no other instance can be there. */
    private readonly connections: LiveConnections | null,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: Options): ReturnType<Create> {
    const { publicUrl, guarded } = this;
    const server = super.createIOServer(port, {
      ...options,
      serveClient: false,
      maxHttpBufferSize: MOST_MESSAGE_BYTES,
      // Browsers do not keep WebSockets to one origin by themselves.
      allowRequest: ({ headers }: IncomingMessage, done: (error: string | null, allowed: boolean) => void) => {
        const foreign = foreignOrigin({ host: headers.host, origin: headers.origin }, publicUrl, guarded);
        done(foreign, foreign === null);
      },
    } as Options);
    const { connections } = this;
    if (connections)
      server.adapter(createAdapter(connections as unknown as AdapterPool, connections.adapterOptions) as Adapter);
    return server;
  }

  /** After the server, which says goodbye to the other instances. */
  override async dispose(): Promise<void> {
    await this.connections?.close();
  }
}
