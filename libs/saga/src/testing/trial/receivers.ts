import {
  ContractViolationError,
  Failure,
  IsolithError,
  RevokedError,
  UnlistedFailure,
  type RequestContract,
} from '@isolith/contracts';
import type { Command, CommandResult } from '@nestjs/cqrs';
import { AssertionError } from 'node:assert';

/** The class of the command `C`. */
interface ClassOf<C> {
  readonly contract: RequestContract<'command'>;
  new (input: never): C;
}

type Handle = (command: object) => unknown;

/** How the receivers of a saga's commands answer. */
export interface Receivers {
  /**
   * With this value, or with what a handler returns; it may throw a failure that the contract lists, or an IsolithError
   * such as HandlerError for one that breaks. Whatever else it throws is its own mistake and ends the trial. It runs
   * once for each command id. A command without an output that nothing is said about is done.
   */
  answering<C extends Command<unknown>>(
    command: ClassOf<C>,
    answer: CommandResult<C> | ((command: C) => CommandResult<C> | Promise<CommandResult<C>>),
  ): Receivers;
}

/** A command as a receiver gets it. */
export interface Delivery {
  readonly command: object;
  readonly contract: RequestContract;
  readonly id: string;
  readonly revokes: string | undefined;
  /** Its handler refuses it with this failure, `left`: after its effect. */
  readonly refusal?: { readonly failure: string; readonly left: boolean };
}

type Stored = { readonly value: unknown } | { readonly failure: Error };

/**
 * Every context that a saga asks, each with its inbox: one outcome for a command id, and what was revoked before it
 * came never runs. As theirs do, it stores what is final and nothing else.
 */
export class SimulatedReceivers implements Receivers {
  /** A command for which nothing was said, or a receiver that fails by itself: the trial is wrong, not the saga. */
  #mistake: AssertionError | undefined;
  readonly #handlers = new Map<string, Handle>();
  readonly #inbox = new Map<string, Stored>();

  constructor(private readonly onEffect: (delivery: Delivery) => void) {}

  answering<C extends Command<unknown>>(
    { contract }: ClassOf<C>,
    answer: CommandResult<C> | ((command: C) => CommandResult<C> | Promise<CommandResult<C>>),
  ): this {
    // Called with commands of this contract only.
    this.#handlers.set(contract.name, typeof answer === 'function' ? (answer as Handle) : () => answer);
    return this;
  }

  /** @throws {AssertionError} the first mistake */
  expectNoMistake(): void {
    if (this.#mistake !== undefined) throw this.#mistake;
  }

  /** The outcome of this command is known no more. */
  forget(id: string): void {
    this.#inbox.delete(id);
  }

  async receive(delivery: Delivery): Promise<unknown> {
    const { id, revokes, refusal } = delivery;
    const stored = this.#inbox.get(id);
    if (stored !== undefined) {
      if ('failure' in stored) throw stored.failure;
      return stored.value;
    }
    if (refusal !== undefined) {
      if (refusal.left) this.onEffect(delivery);
      const failure = new UnlistedFailure(refusal.failure, 'refused in this history', 409, false);
      this.#inbox.set(id, { failure });
      throw failure;
    }
    const value = await this.#handled(delivery);
    if (revokes !== undefined && !this.#inbox.has(revokes))
      this.#inbox.set(revokes, { failure: new RevokedError('its compensation came first') });
    this.#inbox.set(id, { value });
    this.onEffect(delivery);
    return value;
  }

  async #handled({ command, contract, id }: Delivery): Promise<unknown> {
    const handle = this.#handlers.get(contract.name) ?? (contract.output === undefined ? () => undefined : undefined);
    if (handle === undefined)
      throw this.#mistaken(
        `${contract.name} was sent, and nothing says how it is answered: .answering(${command.constructor.name}, …)`,
      );
    try {
      return contract.copyOutput(await handle(command));
    } catch (error) {
      if (error instanceof Failure && contract.failures.some((listed) => listed.contract === error.contract)) {
        if (!error.contract.retryable) this.#inbox.set(id, { failure: error });
        throw error;
      }
      // A host would answer with HandlerError; here it would be taken for a fault of the saga.
      if (!(error instanceof IsolithError) || error instanceof ContractViolationError)
        throw this.#mistaken(`what answers ${contract.name} failed: ${String(error)}`, error);
      throw error;
    }
  }

  /** The first one ends the trial; what follows may come of it. */
  #mistaken(message: string, cause?: unknown): AssertionError {
    const made = new AssertionError({ message });
    if (cause !== undefined) made.cause = cause;
    return (this.#mistake ??= made);
  }
}
