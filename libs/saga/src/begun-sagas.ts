import type { SagaKey } from './saga-table.js';

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 1_000;
/** A unit of work that has not committed after this time is left to the regular look at the table. */
const GIVE_UP_MS = 5_000;
const MOST = 1_000;

/**
 * Sagas that were begun in units of work whose commit nobody has seen yet. A commit with events is announced at once;
 * one without is found by looking, soon at first, then less and less often. A unit that rolled back is forgotten.
 */
export class BegunSagas {
  private readonly forgetAt = new Map<string, number>();
  private lookMs = FIRST_LOOK_MS;

  add(key: SagaKey): void {
    if (this.forgetAt.size < MOST) this.forgetAt.set(text(key), performance.now() + GIVE_UP_MS);
    this.lookMs = FIRST_LOOK_MS;
  }

  seen(key: SagaKey): void {
    this.forgetAt.delete(text(key));
  }

  get isEmpty(): boolean {
    return this.forgetAt.size === 0;
  }

  /** Milliseconds until the next look for those that are still missing; undefined when none is. */
  nextLook(): number | undefined {
    const now = performance.now();
    for (const [key, at] of this.forgetAt) if (at <= now) this.forgetAt.delete(key);
    if (this.isEmpty) return undefined;
    const ms = this.lookMs;
    this.lookMs = Math.min(LONGEST_LOOK_MS, ms * 2);
    return ms;
  }
}

const text = ({ name, id }: SagaKey): string => `${name} ${id}`;
