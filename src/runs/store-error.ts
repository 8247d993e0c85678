// What went wrong in the store, as far as it matters to a caller: whether the same call may work a little later.

/** `retriable`: the connection or the server failed, nothing was wrong with the call. Nothing of a failed write is stored. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  constructor(
    message: string,
    readonly retriable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
