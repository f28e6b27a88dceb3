import type { Resilience } from './resilience.js';

/** All policy sets of a process: what the host checks at its start and the actuator shows. */
export class ResilienceRegistry {
  readonly #all = new Map<Resilience<unknown>, string | undefined>();

  /**
   * Never throws: a second set of the same name is a violation. Adding the same object again changes nothing. `context`
   * says whose it is: only then can an operator move its circuit, as somebody has to write it down.
   */
  add(policies: Resilience<unknown>, context?: string): void {
    if (!this.#all.has(policies)) this.#all.set(policies, context);
  }

  /** Whose it is, where that was said. */
  contextOf(name: string): string | undefined {
    return [...this.#all].find(([policies]) => policies.name === name)?.[1];
  }

  /** In the order in which they were added. */
  all(): readonly Resilience<unknown>[] {
    return [...this.#all.keys()];
  }

  /** By its name. */
  find(name: string): Resilience<unknown> | undefined {
    return this.all().find((policies) => policies.name === name);
  }

  /** The violations of all sets, and each name that more than one of them has. */
  violations(): readonly string[] {
    const counts = new Map<string, number>();
    for (const { name } of this.#all.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
    const duplicates = [...counts].filter(([, count]) => count > 1);
    return [
      ...this.all().flatMap((policies) => policies.violations()),
      ...duplicates.map(([name, count]) => `resilience "${name}": declared ${count} times, but names are unique`),
    ];
  }
}
