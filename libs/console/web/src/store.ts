import { useEffect, useState } from 'preact/hooks';

/** A value that others are told of when it changes. */
export class Store<T> {
  readonly #told = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const tell of this.#told) tell(value);
  }

  /** @returns ends it */
  watch(tell: (value: T) => void): () => void {
    this.#told.add(tell);
    return () => this.#told.delete(tell);
  }
}

/** The value, and the component once more whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState<T>(() => store.value);
  useEffect(() => {
    // It may have changed between the first look and this one.
    setValue(() => store.value);
    return store.watch((next) => setValue(() => next));
  }, [store]);
  return value;
}
