import type { Impairment } from '@isolith/message-bus';
import { isThere, type SeenHost } from './known-hosts.js';

/** A context that has no host for so long is absent; a rollout of its only replica takes less. Milliseconds. */
const ABSENT_AFTER_MS = 10_000;
/** Between two looks; after a longer time this process stood still, and so did what it heard. Milliseconds. */
const STOOD_STILL_MS = 5_000;

/**
 * Contexts that a host needs and that have lost their last host. One that nobody was ever heard of is not named: its
 * hosts may be of a release that does not announce itself.
 */
export class AbsentContexts {
  /** When each was there last. */
  readonly #there = new Map<string, number>();
  #lookedAt: number | undefined;

  /**
   * @param needed on other hosts, by this one
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly needed: readonly string[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  look(hosts: readonly SeenHost[]): readonly Impairment[] {
    const now = this.now();
    const stoodStill = this.#lookedAt !== undefined && now - this.#lookedAt > STOOD_STILL_MS;
    this.#lookedAt = now;
    const there = new Set(hosts.filter(isThere).flatMap(({ contexts }) => Object.keys(contexts)));
    for (const context of this.needed)
      if (there.has(context) || (stoodStill && this.#there.has(context))) this.#there.set(context, now);
    return [...this.#there]
      .filter(([, at]) => now - at > ABSENT_AFTER_MS)
      .map(([context, at]) => ({
        kind: 'context',
        name: context,
        reason: `no host of ${context} has been heard of for ${Math.round((now - at) / 1_000)} s`,
        lookAt: '/actuator/topology',
        effect: 'degraded',
        seconds: (now - at) / 1_000,
      }));
  }
}
