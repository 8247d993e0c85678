// What keeps a law from being fitted or used, with what to do about it.

/** A table or a question that the law cannot answer: `message` says what, `fix` what to do. */
export class LawError extends Error {
  override readonly name = 'LawError';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
