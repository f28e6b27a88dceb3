import { Store } from '../store.js';

/** `system`: as the reader's device says. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'isolith-console-theme';
const isTheme = (text: string | null): text is Theme => text === 'system' || text === 'light' || text === 'dark';

/** What the reader chose, kept in their browser. */
export class ThemeChoice {
  readonly choice: Store<Theme>;

  constructor(
    private readonly root: HTMLElement,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
  ) {
    const found = storage.getItem(KEY);
    this.choice = new Store<Theme>(isTheme(found) ? found : 'system');
    this.#show();
  }

  choose(theme: Theme): void {
    this.storage.setItem(KEY, theme);
    this.choice.set(theme);
    this.#show();
  }

  #show(): void {
    const { value } = this.choice;
    if (value === 'system') delete this.root.dataset['theme'];
    else this.root.dataset['theme'] = value;
  }
}
