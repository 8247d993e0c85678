// Dark or light: the system's choice until the reader makes one.
const KEY = 'offcurve.theme';

export type Theme = 'system' | 'light' | 'dark';

export function storedTheme(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}

/** Heard by charts, which draw their colours into a canvas. */
export const THEME_CHANGED = 'offcurve:theme';

export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset.theme = theme;
  window.dispatchEvent(new Event(THEME_CHANGED));
}

export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
  applyTheme(theme);
}

/** The value of a CSS variable as it is now. */
export function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls back when colours change, by the reader's choice or the system's; returns the way to stop. */
export function onThemeChange(changed: () => void): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  window.addEventListener(THEME_CHANGED, changed);
  return () => {
    system.removeEventListener('change', changed);
    window.removeEventListener(THEME_CHANGED, changed);
  };
}
