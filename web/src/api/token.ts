// The reader's access token: kept for this tab, or for this browser where asked.
const KEY = 'offcurve.token';

/** Storage can be closed to the page (private windows): then the token lives as long as the page. */
let remembered: string | null = null;

export function readToken(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? remembered;
  } catch {
    return remembered;
  }
}

export function keepToken(token: string, forLong: boolean): void {
  remembered = token;
  try {
    (forLong ? localStorage : sessionStorage).setItem(KEY, token);
  } catch {
    // Kept in memory alone.
  }
}

export function forgetToken(): void {
  remembered = null;
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
  } catch {
    // There was none.
  }
}
