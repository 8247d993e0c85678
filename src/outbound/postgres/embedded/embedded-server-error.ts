// Why the embedded Postgres could not be started, with what to do about it.

/** `fix` is for whoever starts the service. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
