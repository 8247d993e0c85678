// The switch between the system's colours, light and dark.
import { useState } from 'preact/hooks';
import { type Theme, chooseTheme, storedTheme } from './theme.js';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const SIGN: Record<Theme, string> = { system: '◐', light: '○', dark: '●' };

export function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme());
  const next = (): void => {
    chooseTheme(NEXT[theme]);
    setTheme(NEXT[theme]);
  };
  return (
    <button
      type="button"
      class="plain"
      onClick={next}
      title={`Colours: ${theme}. Click for ${NEXT[theme]}.`}
      aria-label={`Colours: ${theme}`}
    >
      <span aria-hidden="true">{SIGN[theme]}</span>
    </button>
  );
}
