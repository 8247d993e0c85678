// Why the service did not start, with what to do about it.

/** `fix` is for whoever starts the service. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** Somebody listens there already: another port would do. */
export class PortBusyError extends ServiceError {
  override readonly name = 'PortBusyError';
  constructor(
    readonly host: string,
    readonly port: number,
  ) {
    super(`port ${port} on ${host} is in use`, 'stop what listens there, or choose another with --port or PORT');
  }
}
