// Receives the demo's webhook calls and keeps each body as it came, so that one can read what an alert says.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AlertReceiver {
  url: string;
  file: string;
  stop(): Promise<void>;
}

/** Listens on a free port of loopback, and appends a line for each alert to `file`. */
export async function startAlertReceiver(file: string): Promise<AlertReceiver> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      appendFileSync(file, `${Buffer.concat(pieces).toString()}\n`);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    file,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
