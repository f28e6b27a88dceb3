import type { Waiting, Watched } from '@isolith/message-bus';
import type { ContextHealth } from '@isolith/postgres';

interface HasHealth {
  health(): Promise<readonly ContextHealth[]>;
}

/**
 * Databases that do not answer, one finding for all contexts that have the same trouble: whatever waits for them is a
 * consequence.
 */
export class WatchedDatabases implements Watched {
  readonly name = 'databases';
  /** When the first question was asked that had no good answer, by context. */
  readonly #downSince = new Map<string, number>();

  constructor(
    private readonly databases: HasHealth,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Rarely while all is well, so that it costs little; then with each tick, so that its end is seen at once. */
  get everyMs(): number {
    return this.#downSince.size === 0 ? 4_000 : 1_000;
  }

  async look(): Promise<readonly Waiting[]> {
    const askedAt = this.now();
    const byTrouble = new Map<string, string[]>();
    for (const { context, ok, detail = '' } of await this.databases.health()) {
      if (ok) {
        this.#downSince.delete(context);
        continue;
      }
      if (!this.#downSince.has(context)) this.#downSince.set(context, askedAt);
      byTrouble.set(detail, [...(byTrouble.get(detail) ?? []), context]);
    }
    return [...byTrouble].map(([detail, contexts]) => this.#waiting(detail, contexts));
  }

  #waiting(detail: string, contexts: readonly string[]): Waiting {
    const since = Math.min(...contexts.map((context) => this.#downSince.get(context) ?? Infinity));
    return {
      kind: 'database',
      name: contexts.join(','),
      aliases: contexts.map((context) => `database ${context}`),
      waitedMs: this.now() - since,
      reason: 'it does not answer, or not as it must',
      detail,
      lookAt: "'databases' in /health/ready, and the log",
    };
  }
}
