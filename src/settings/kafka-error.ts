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

/** What was being done when Kafka refused, for the right that is missing. */
export interface NeededRight {
  operation: 'READ' | 'WRITE' | 'CREATE';
  topics: readonly string[];
}

/** An error of Kafka's, with what it stood in the way of. */
export class KafkaNeedError extends Error {
  override readonly name = 'KafkaNeedError';
  constructor(
    readonly need: NeededRight,
    override readonly cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

/** True where Kafka, or the way to it, is the cause: the database's errors pass through the same hands. */
export const isKafkaError = (error: unknown): boolean =>
  causesOf(error).some((cause) => cause instanceof KafkaNeedError || cause.name.startsWith('KafkaJS'));

/** The error and what lies behind it, the innermost last. */
export function causesOf(error: unknown): (Error & { code?: unknown })[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error; at = at.cause) causes.push(at);
  return causes;
}
