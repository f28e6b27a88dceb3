import type { Resilience } from './resilience.js';

/** All policy sets of a process: what the host checks at its start and the actuator shows. */
export class ResilienceRegistry {
  readonly #all = new Set<Resilience<unknown>>();

  /** Never throws: a second set of the same name is a violation. Adding the same object again changes nothing. */
  add(policies: Resilience<unknown>): void {
    this.#all.add(policies);
  }

  /** In the order in which they were added. */
  all(): readonly Resilience<unknown>[] {
    return [...this.#all];
  }

  /** The violations of all sets, and each name that more than one of them has. */
  violations(): readonly string[] {
    const counts = new Map<string, number>();
    for (const { name } of this.#all) counts.set(name, (counts.get(name) ?? 0) + 1);
    const duplicates = [...counts].filter(([, count]) => count > 1);
    return [
      ...this.all().flatMap((policies) => policies.violations()),
      ...duplicates.map(([name, count]) => `resilience "${name}": declared ${count} times, but names are unique`),
    ];
  }
}
