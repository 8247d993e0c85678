// Bearer tokens with scopes, from OFFCURVE_TOKENS: who may send, read, and act.
import { SettingsError, type SettingsProblem } from './settings-error.js';

export const SCOPES = ['ingest', 'read', 'operate'] as const;
export type Scope = (typeof SCOPES)[number];

/** One token; `name` is what people read in stories and logs, the token itself is never shown. */
export interface AccessToken {
  name: string;
  scopes: ReadonlySet<Scope>;
  token: string;
}

const SHORTEST_TOKEN = 16;
const WHERE = 'OFFCURVE_TOKENS';
const FORM = 'NAME:SCOPE[+SCOPE]:TOKEN, several separated by commas';

/**
 * Reads `NAME:SCOPE[+SCOPE]:TOKEN`, comma-separated; absent or empty gives none.
 *
 * @throws SettingsError that names every entry in question by its place, never by its token
 */
export function parseTokens(text: string | undefined): AccessToken[] {
  if (text === undefined || text.trim() === '') return [];
  const problems: SettingsProblem[] = [];
  const tokens = text.split(',').map((entry, index) => parseEntry(entry.trim(), index + 1, problems));
  const known = tokens.filter((token) => token !== null);
  for (const field of ['name', 'token'] as const)
    if (new Set(known.map((token) => token[field])).size < known.length)
      problems.push({
        where: WHERE,
        reason: `two entries have the same ${field}`,
        fix: `give each a ${field} of its own`,
      });
  if (problems.length > 0) throw new SettingsError(problems);
  return known;
}

function parseEntry(entry: string, place: number, problems: SettingsProblem[]): AccessToken | null {
  const say = (reason: string, fix: string): null => {
    problems.push({ where: WHERE, reason: `entry ${place}: ${reason}`, fix });
    return null;
  };
  const [name = '', scopes = '', ...rest] = entry.split(':');
  const token = rest.join(':');
  if (name === '' || scopes === '' || token === '') return say('it is not of the form', `write ${FORM}`);
  const asked = scopes.split('+');
  const unknown = asked.find((scope) => !SCOPES.includes(scope as Scope));
  if (unknown !== undefined) return say(`no scope "${unknown}"`, `use ${SCOPES.join(', ')}`);
  if (token.length < SHORTEST_TOKEN)
    return say(`the token is shorter than ${SHORTEST_TOKEN} characters`, 'take a long random text');
  return { name, scopes: new Set(asked as Scope[]), token };
}
