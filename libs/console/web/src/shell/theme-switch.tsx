import type { JSX } from 'preact';
import { useConsole } from '../console.js';
import { useStore } from '../store.js';
import type { Theme } from '../theme/theme.js';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'dark', dark: 'light', light: 'system' };
const NAMES: Readonly<Record<Theme, string>> = { system: 'system', dark: 'dark', light: 'light' };

export function ThemeSwitch(): JSX.Element {
  const { theme } = useConsole();
  const choice = useStore(theme.choice);
  return (
    <button type="button" class="plain" onClick={() => theme.choose(NEXT[choice])}>
      <span aria-hidden="true">◐ </span>
      <span class="hidden">Colours: </span>
      {NAMES[choice]}
    </button>
  );
}
