// The port that remembers what chat services asked lately, so that no instance carries out a request twice, nor after a restart.

export abstract class ChatRequests {
  /**
   * True the first time that any instance sees the request.
   *
   * @param forMs how long it is remembered
   */
  abstract isNew(request: string, forMs: number): Promise<boolean>;
  /** It could not be carried out: when the service sends it again it is new. */
  abstract forget(request: string): Promise<void>;
}
