import { RetryBudget, type RetryBudgetSpec } from './retry-budget.js';
import type { Run } from './run.js';

/** A second attempt beside one that is slow; times in milliseconds. Only for calls that are safe to make twice. */
export interface HedgeSpec {
  /** How long the first attempt has before the second one begins: about what 95 of 100 need. */
  readonly afterMs: number;
  /** What all runs together may hedge. Default a tenth of the runs, and 10 beside it. */
  readonly budget?: RetryBudgetSpec;
}

export interface HedgeOptions {
  readonly afterMs: number;
  readonly budget: Required<RetryBudgetSpec>;
  readonly isAnswer: (error: unknown) => boolean;
}

type Outcome<T> = { readonly by: Run } & ({ readonly value: T } | { readonly error: unknown });

/**
 * Between retry and breaker. The first of two attempts that gives a result or an expected failure is the outcome; the
 * other one's signal then aborts, and the breaker does not count it. An attempt that fails before the second begins is
 * none to hedge: retry decides. When both fail it is as the first failed, whatever refused the second.
 */
export class Hedge {
  readonly #budget: RetryBudget;

  constructor(private readonly options: HedgeOptions) {
    this.#budget = new RetryBudget(options.budget);
  }

  /** The budget is full again; what is under way goes on. */
  reset(): void {
    this.#budget.refill();
  }

  async execute<T>(attempt: (run: Run) => Promise<T>, run: Run): Promise<T> {
    this.#budget.deposit();
    const branches: Run[] = [];
    const begin = (): Promise<Outcome<T>> => {
      const branch = run.branch();
      branches.push(branch);
      return attempt(branch).then(
        (value) => ({ by: branch, value }),
        (error: unknown) => ({ by: branch, error }),
      );
    };
    const decided = await this.#decided(begin, run);
    for (const branch of branches) {
      // What comes with the answer, such as a body that is still read, goes on.
      if (branch === decided.by) branch.close();
      else branch.abandon();
    }
    if ('value' in decided) return decided.value;
    throw decided.error;
  }

  async #decided<T>(begin: () => Promise<Outcome<T>>, run: Run): Promise<Outcome<T>> {
    const first = begin();
    if (!(await this.#isSlow(first, run)) || !this.#budget.withdraw()) return first;
    const second = begin();
    const sooner = await Promise.race([first, second]);
    if (this.#isAnswered(sooner)) return sooner;
    const outcomes = [await first, await second];
    return outcomes.find((outcome) => this.#isAnswered(outcome)) ?? first;
  }

  async #isSlow(first: Promise<unknown>, run: Run): Promise<boolean> {
    const pause = run.branch();
    try {
      const late = pause.sleep(this.options.afterMs).then(
        () => true,
        () => false,
      );
      return await Promise.race([late, first.then(() => false)]);
    } finally {
      pause.abandon();
    }
  }

  #isAnswered<T>(outcome: Outcome<T>): boolean {
    return 'value' in outcome || this.options.isAnswer(outcome.error);
  }
}
