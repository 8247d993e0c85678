// Reads kafkajs's errors: the broker's error code lies somewhere along the causes.

/** The broker's code such as `MESSAGE_TOO_LARGE`, or null where the error is none of the broker's. */
export function brokerErrorCode(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { type, errors } = at as { type?: unknown; errors?: unknown };
    if (typeof type === 'string' && type !== '') return type;
    // Several topics at once: kafkajs collects what each of them answered.
    if (Array.isArray(errors) && errors.length > 0) return brokerErrorCode(errors[0]);
  }
  return null;
}

/** True where the credentials were refused: another try would be refused as well. */
export function isRefusedLogin(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at.name === 'KafkaJSSASLAuthenticationError') return true;
  return false;
}
