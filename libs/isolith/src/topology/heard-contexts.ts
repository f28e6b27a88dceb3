import type { Address } from '@isolith/message-bus';
import type { Announcement } from './announcement.js';

/**
 * A context whose hosts were not heard of for so long may be away; they announce themselves every second. Milliseconds.
 */
const AWAY_AFTER_MS = 7_000;
/** Who hears nobody for so long, not even itself, is deaf, and knows nothing of others. Milliseconds. */
const DEAF_AFTER_MS = 3_000;

/**
 * When each context was last heard of: of all that is said, of others and of this host itself, so that it knows whether
 * it hears at all. A context is away when none of its hosts was heard of for longer than a restart of its only replica
 * takes, and the medium knows of nobody who takes what is sent to it: hosts of a release that announces nothing may do
 * so. A context that nobody was ever heard of is not away.
 */
export class HeardContexts {
  readonly #at = new Map<string, number>();
  /** Of which the medium has confirmed it, since they were heard of last. */
  readonly #away = new Set<string>();
  /** The first word after the last time that it was deaf. */
  #hearsSince = -Infinity;
  #lastWordAt = -Infinity;

  /**
   * @param known of which contexts anything is kept: those of the application, whatever others say
   * @param isUntaken whether nobody takes what is sent to an address; never rejects
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly known: ReadonlySet<string>,
    private readonly isUntaken: (at: Address) => Promise<boolean>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  heard({ contexts, state }: Pick<Announcement, 'contexts' | 'state'>): void {
    const now = this.now();
    if (now - this.#lastWordAt > DEAF_AFTER_MS) this.#hearsSince = now;
    this.#lastWordAt = now;
    if (state === 'stopped') return;
    for (const context of Object.keys(contexts)) {
      if (!this.known.has(context)) continue;
      this.#at.set(context, now);
      this.#away.delete(context);
    }
  }

  /** Has the medium confirm, or take back, what follows from the silence of hosts. To be called every few seconds. */
  async look(): Promise<void> {
    await Promise.all([...this.#at.keys()].map((context) => this.#confirm(context)));
  }

  async #confirm(context: string): Promise<void> {
    const isUntaken = this.#isUnheard(context) && (await this.isUntaken({ lane: 'requests', context }));
    // A word may have come meanwhile.
    if (isUntaken && this.#isUnheard(context)) this.#away.add(context);
    else this.#away.delete(context);
  }

  /** Why nobody takes what is sent to a context, in a clause; undefined when somebody may. */
  whyAway(context: string): string | undefined {
    if (!this.#away.has(context) || !this.#isUnheard(context)) return undefined;
    const seconds = Math.round((this.now() - (this.#at.get(context) ?? 0)) / 1_000);
    return `no host of ${context} has been heard of for ${seconds} s`;
  }

  #isUnheard(context: string): boolean {
    const [at, now] = [this.#at.get(context), this.now()];
    if (at === undefined || now - this.#lastWordAt > DEAF_AFTER_MS) return false;
    // What was said while nothing could be heard, nobody knows.
    return now - Math.max(at, this.#hearsSince) > AWAY_AFTER_MS;
  }
}
