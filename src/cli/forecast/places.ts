// The places that `--at` asks for: steps, or shares of the run.
import { UserError } from '../user-error.js';

/** A step, or a share between 0 and 1 exactly as it was asked for. */
export type Place = { step: number } | { share: number };

/** Reads `20%,40%,5000`. @throws UserError naming the part that cannot be read. */
export function readPlaces(text: string): Place[] {
  return text.split(',').map((part) => {
    const word = part.trim();
    const number = Number(word.replace(/%$/, ''));
    const good = /^\d+(\.\d+)?(e\d+)?%?$/i.test(word) && Number.isFinite(number);
    if (good && word.endsWith('%') && number > 0 && number <= 100) return { share: number / 100 };
    if (good && !word.endsWith('%')) return { step: number };
    throw new UserError(`--at: "${word}" is no step and no share`, 'write steps or shares, as --at 20%,5000');
  });
}
