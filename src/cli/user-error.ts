// An error that is the user's to mend: says what is wrong and how to fix it, ends the command with code 2.

/** Bad input: `message` says what and where, `fix` what to do about it. The command line prints both and exits with 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    message: string,
    readonly fix?: string,
  ) {
    super(message);
  }
}
