import { steadyNow } from '@isolith/contracts';
import type { AskContexts } from '../operations/ask-contexts.js';
import { attentionMessagesOf } from '../operations/attention-messages.js';

/** Counting is work for databases: nobody needs to know it sooner. */
const COUNTED_EVERY_MS = 5_000;

/** What waits in all contexts together. */
export interface Attention {
  readonly sagas: number;
  readonly parked: number;
  readonly waiting: number;
  /** Contexts that gave no answer: of them nothing is counted. */
  readonly unreachable: readonly string[];
}

/** What waits for operators in all contexts, counted at most every five seconds, however many look. */
export class CountedAttention {
  #counted: Attention = { sagas: 0, parked: 0, waiting: 0, unreachable: [] };
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(
    private readonly ask: Pick<AskContexts, 'all' | 'contexts'>,
    private readonly now: () => number = steadyNow,
  ) {}

  get last(): Attention {
    return this.#counted;
  }

  /**
   * Counts anew where that was long ago; asked as whoever it runs for. Rejects where nobody may ask, and then counts
   * anew with the next call.
   */
  async refresh(): Promise<void> {
    if (this.now() - this.#countedAt < COUNTED_EVERY_MS) return;
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    await this.#counting;
  }

  async #count(): Promise<void> {
    const { items, unreachable } = await this.ask.all(
      this.ask.contexts(),
      (context) => new (attentionMessagesOf(context).CountAttention)({}),
      (counts) => [counts],
    );
    const sum = (of: 'sagas' | 'parked' | 'waiting'): number => items.reduce((total, counts) => total + counts[of], 0);
    this.#counted = {
      sagas: sum('sagas'),
      parked: sum('parked'),
      waiting: sum('waiting'),
      unreachable: unreachable.map(({ context }) => context),
    };
    this.#countedAt = this.now();
  }
}
