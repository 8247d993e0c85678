// Looks whether a port can be had, before anything else is started.
import { createServer } from 'node:net';
import { PortBusyError, ServiceError } from './service-error.js';

/**
 * The port itself, or a free one for 0.
 *
 * @throws PortBusyError where somebody listens there, ServiceError where the address cannot be listened on
 */
export function availablePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    probe.listen(port, host, () => {
      const { port: found } = probe.address() as { port: number };
      probe.close(() => resolve(found));
    });
  });
}

/** What kept the service from listening, in words. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new PortBusyError(host, port);
    case 'EACCES':
      return new ServiceError(`port ${port} is not open to this user`, 'choose a port from 1024 on');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ServiceError(`${host} is no address of this machine`, 'correct HOST or --host');
    default:
      return error;
  }
}
