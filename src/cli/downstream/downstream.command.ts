// `offcurve downstream`: PLACEHOLDER, replaced by the work under way.
import type { Command } from 'commander';
import { UserError } from '../user-error.js';

export function configure(command: Command): void {
  command.allowUnknownOption().action(() => {
    throw new UserError('downstream is not there yet');
  });
}
