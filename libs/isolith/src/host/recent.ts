/** Keeps the values that were kept last, at most so many. */
export class Recent<V> {
  readonly #kept = new Map<string, V>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#kept.size;
  }

  get(id: string): V | undefined {
    return this.#kept.get(id);
  }

  keep(id: string, value: V): void {
    // A Map iterates in the order of insertion: what is kept again becomes the newest.
    this.#kept.delete(id);
    this.#kept.set(id, value);
    const [oldest] = this.#kept.keys();
    if (this.size > this.most && oldest !== undefined) this.#kept.delete(oldest);
  }
}
