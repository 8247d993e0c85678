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

/** Canvases take no `light-dark()`: a variable's colour is read off an element that has it, once a theme. */
const resolved = new Map<string, string>();
let probe: HTMLElement | null = null;

/** The colour of a CSS variable as it is now, as a canvas takes it. */
export function cssColor(name: string): string {
  const known = resolved.get(name);
  if (known !== undefined) return known;
  if (probe === null) {
    probe = document.createElement('i');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  resolved.set(name, color);
  return color;
}

const system = window.matchMedia('(prefers-color-scheme: dark)');
// First among those who hear of it: whoever draws anew asks for the new colours.
for (const [source, event] of [
  [system, 'change'],
  [window, THEME_CHANGED],
] as const)
  source.addEventListener(event, () => resolved.clear());

/** Calls back when colours change, by the reader's choice or the system's; returns the way to stop. */
export function onThemeChange(changed: () => void): () => void {
  system.addEventListener('change', changed);
  window.addEventListener(THEME_CHANGED, changed);
  return () => {
    system.removeEventListener('change', changed);
    window.removeEventListener(THEME_CHANGED, changed);
  };
}
