/** What stands for everything beyond the bound, and for whoever is not known. */
export const OTHER = 'other';

/**
 * The first words that come, up to a bound; all beyond are `other`: a label with values of others must end somewhere.
 */
export class BoundedNames {
  readonly #known = new Set<string>();

  constructor(private readonly most: number) {}

  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.most) return OTHER;
    this.#known.add(name);
    return name;
  }
}
