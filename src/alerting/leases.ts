// The port that says which instance's turn it is, for what only one of them may do at a time.

export abstract class Leases {
  /**
   * Takes or renews a lease by the store's clock.
   *
   * @param forMs milliseconds from now; without a renewal it is anybody's after that
   * @returns false where another holds it
   */
  abstract take(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Gives it back early; nothing happens where another holds it by now. */
  abstract release(name: string, holder: string): Promise<void>;
}
