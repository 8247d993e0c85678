// Free TCP ports on loopback for servers that are stopped and started again on the same port.
import { createServer } from 'node:net';

/**
 * A free port below the range from which the system takes source ports (32768 on Linux): there, while the server is
 * down, an outgoing connection could take its port, or a client that keeps trying could connect to itself.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let tries = 0; tries < 200; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 20000 and 32000');
}

/** @param {number} port @returns {Promise<boolean>} */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
