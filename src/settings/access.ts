// Who presents a token: compared in constant time, so that answers tell nothing of how much of it was right.
import { createHash, timingSafeEqual } from 'node:crypto';
import { SCOPES, type AccessToken, type Scope } from './tokens.js';

/** Whoever is behind a request. `name` is the token's, for stories and logs. */
export interface Caller {
  name: string;
  scopes: ReadonlySet<Scope>;
}

/** Without tokens the service listens on loopback only, and whoever is there may do all. */
const LOCAL: Caller = { name: 'local', scopes: new Set(SCOPES) };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Tells callers by the tokens of the settings. */
export class Access {
  private readonly known: readonly { digest: Buffer; caller: Caller }[];

  constructor(tokens: readonly AccessToken[]) {
    this.known = tokens.map(({ name, scopes, token }) => ({ digest: digest(token), caller: { name, scopes } }));
  }

  /** False where no tokens are set. */
  get isGuarded(): boolean {
    return this.known.length > 0;
  }

  /** The caller with this token (null: none was given), or null where it is nobody's. All tokens are compared, each in constant time. */
  callerOf(token: string | null): Caller | null {
    if (!this.isGuarded) return LOCAL;
    if (token === null) return null;
    const given = digest(token);
    let found: Caller | null = null;
    for (const { digest, caller } of this.known) if (timingSafeEqual(digest, given)) found = caller;
    return found;
  }
}

/** The token of an `Authorization: Bearer …` header, or null. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}
