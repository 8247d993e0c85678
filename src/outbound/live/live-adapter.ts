// socket.io on the service's own HTTP server, closed to pages of other sites.
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { IncomingMessage } from 'node:http';
import { foreignOrigin } from '../../settings/origin.js';

/** Nest brings a socket.io of its own: its types are taken from there. */
type Create = IoAdapter['createIOServer'];
type Options = NonNullable<Parameters<Create>[1]>;

/** Clients only say what they watch. */
const MOST_MESSAGE_BYTES = 16_384;

export class LiveAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly publicUrl: string,
    private readonly guarded: boolean,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: Options): ReturnType<Create> {
    const { publicUrl, guarded } = this;
    return super.createIOServer(port, {
      ...options,
      serveClient: false,
      maxHttpBufferSize: MOST_MESSAGE_BYTES,
      // Browsers do not keep WebSockets to one origin by themselves.
      allowRequest: ({ headers }: IncomingMessage, done: (error: string | null, allowed: boolean) => void) => {
        const foreign = foreignOrigin({ host: headers.host, origin: headers.origin }, publicUrl, guarded);
        done(foreign, foreign === null);
      },
    } as Options);
  }
}
