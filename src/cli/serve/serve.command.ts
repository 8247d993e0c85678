// `offcurve serve`: PLACEHOLDER, replaced by the work under way.
import type { Command } from 'commander';
import { UserError } from '../user-error.js';

export function configure(command: Command): void {
  command.allowUnknownOption().action(() => {
    throw new UserError('serve is not there yet');
  });
}
