// A file that cannot be read to its end: an archive that is cut off, a CSV whose quotes do not match.

/** The message names the file. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
