import { AssertionError } from 'node:assert';
import { contractOf, Failure, type RequestContract } from '@isolith/contracts';
import { dispatchOptionsOf } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { Execute } from '../definition/step.js';

/** The class of a command whose answer is an `R`. */
export interface CommandType<R> {
  readonly contract: RequestContract<'command'>;
  new (input: never): Command<R>;
}

/** One attempt of a saga to have a command done. */
export interface SentCommand {
  /** Of its contract: two commands with the same fields differ in nothing else that every matcher looks at. */
  readonly name: string;
  readonly command: object;
  readonly id: string | undefined;
  /** In a compensation: the id of the command that it undoes. */
  readonly revokes?: string;
}

/**
 * In place of the bus: answers each command as the test says, in order, and with the last of its answers from then on.
 */
export class ScriptedAnswers {
  readonly sent: SentCommand[] = [];
  /**
   * A command for which nothing was said, or something that its contract does not allow: the test is wrong, not the
   * saga.
   */
  mistake: AssertionError | undefined;
  /** Since it was last emptied: what was answered, and whether again as the time before. */
  readonly latest: { readonly again: boolean; readonly answer: unknown }[] = [];
  readonly #answers = new Map<string, readonly unknown[]>();
  readonly #asked = new Map<string, number>();

  /** @throws {TypeError | ContractViolationError} for an answer that the contract does not allow */
  say({ contract }: { readonly contract: RequestContract }, answers: readonly unknown[]): void {
    for (const answer of answers) {
      if (answer instanceof Failure && !contract.failures.some((listed) => listed.contract === answer.contract))
        throw new TypeError(`${contract.name} does not list the failure ${answer.contract.name}`);
      if (!(answer instanceof Error)) contract.copyOutput(answer);
    }
    this.#answers.set(contract.name, answers);
  }

  readonly execute: Execute = async <R>(command: Command<R>): Promise<R> => {
    const contract = contractOf(command);
    if (contract?.kind !== 'command')
      throw new TypeError(`${command.constructor.name} is not a command with a contract`);
    // What a bus refuses to send this does not send either.
    contract.copyInput(command);
    const { id, revokes } = dispatchOptionsOf(command);
    this.sent.push({ name: contract.name, command, id, ...(revokes === undefined ? {} : { revokes }) });
    const answers = this.#answers.get(contract.name) ?? (contract.output === undefined ? [undefined] : []);
    const asked = this.#asked.get(contract.name) ?? 0;
    this.#asked.set(contract.name, asked + 1);
    if (answers.length === 0)
      throw (this.mistake ??= new AssertionError({
        message: `${contract.name} was sent, and nothing says how it is answered: .answering(${command.constructor.name}, …)`,
      }));
    const answer = answers[Math.min(asked, answers.length - 1)];
    this.latest.push({ again: asked >= answers.length, answer });
    if (answer instanceof Error) throw answer;
    // Of the type that `answering` was called with for this command.
    return contract.copyOutput(answer) as R;
  };
}
