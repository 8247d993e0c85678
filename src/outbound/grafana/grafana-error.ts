// What Grafana would not do, or could not be asked.

/** @property retriable whether the same request may work later: data, not to be guessed from the message */
export class GrafanaError extends Error {
  override readonly name = 'GrafanaError';
  constructor(
    message: string,
    /** HTTP status; null where no answer came. */
    readonly status: number | null,
    /** Grafana's own word, such as `version-mismatch` or `name-exists`. */
    readonly reason: string | null,
    readonly retriable: boolean,
    /** How long Grafana asks to wait. */
    readonly afterMs: number | null = null,
  ) {
    super(message);
  }
}
