// A law's refusal told as the user's error.
import { LawError } from '../../core/laws/law-error.js';
import { UserError } from '../user-error.js';

/** @throws UserError in place of a LawError. */
export function asUserError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LawError) throw new UserError(error.message, error.fix);
    throw error;
  }
}
