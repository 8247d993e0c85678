// The port that remembers what chat services asked lately, so that no instance carries out a request twice, nor after a restart.

/** Whose a request is: `others`, an instance is carrying it out, or was when it was killed. */
export type RequestClaim = 'ours' | 'others' | 'done';

export abstract class ChatRequests {
  /**
   * Takes a request that nobody carries out or has carried out. One of many that ask at once gets it.
   *
   * @param forMs how long to carry it out: after that it is anybody's
   */
  abstract claim(request: string, forMs: number): Promise<RequestClaim>;
  /**
   * It is carried out.
   *
   * @param forMs how long it is remembered
   */
  abstract done(request: string, forMs: number): Promise<void>;
  /** It could not be carried out: whoever asks next, or waits, takes it. */
  abstract forget(request: string): Promise<void>;
}
