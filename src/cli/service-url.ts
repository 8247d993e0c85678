// Where the service is that a command talks to.
import { UserError } from './user-error.js';

/** The address given, else the one that HOST and PORT make on this machine. @throws UserError where it is no address */
export function serviceUrl(given: string | undefined, environment = process.env): string {
  if (given === undefined) return `http://${environment.HOST || '127.0.0.1'}:${environment.PORT || 8080}`;
  if (URL.canParse(given) && /^https?:/.test(given)) return given;
  throw new UserError(`--url ${given} is not an address`, 'write it as http://127.0.0.1:8080');
}
