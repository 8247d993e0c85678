// Looks at the run files of a command line before any of them is read.
import { statSync } from 'node:fs';
import { UserError } from './user-error.js';

/** @throws UserError naming the first that is not there, or is a folder; `-` is standard input. */
export function checkRunFiles(files: readonly string[]): void {
  for (const file of files) {
    if (file === '-') continue;
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found) throw new UserError(`there is no file ${file}`, 'check its name');
    if (found.isDirectory())
      throw new UserError(`${file} is a folder`, `name its files, as ${file.replace(/\/$/, '')}/*`);
  }
}

/** The command ends with code 2 where a file has lines and none of them is a record; other files are judged all the same. */
export function countAsBadInput({ records, rejected }: { records: number; rejected: number }): void {
  if (records === 0 && rejected > 0) process.exitCode = 2;
}
