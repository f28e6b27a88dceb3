import { Store } from '../store.js';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

const MOST = 4;
const SHOWN_MS = 8_000;

/** What is said of what was done, for a few seconds; what failed stays until it is put away. */
export class Notices {
  readonly shown = new Store<readonly Notice[]>([]);
  #next = 1;

  done(text: string): void {
    const id = this.#add('done', text);
    setTimeout(() => this.putAway(id), SHOWN_MS);
  }

  failed(text: string): void {
    this.#add('failed', text);
  }

  putAway(id: number): void {
    this.shown.set(this.shown.value.filter((notice) => notice.id !== id));
  }

  #add(kind: Notice['kind'], text: string): number {
    const id = this.#next++;
    this.shown.set([...this.shown.value, { id, kind, text }].slice(-MOST));
    return id;
  }
}
