import type { Envelope, RequestContract } from '@isolith/contracts';
import type { BoundStatement } from '@isolith/postgres/internal';

/** The inbox consumer of all commands. One for all, so that an id means one command of a context, whatever its name. */
export const COMMANDS = '*';

/**
 * One attempt to handle one message. The inbox starts it and hands it over in the scope to the unit of work, which ends
 * it:
 *
 *   open --a unit commits inbox row, state and events--> completed (at most once)
 */
export class MessageHandling {
  private value: { readonly committed: unknown } | undefined;

  constructor(
    readonly envelope: Envelope,
    readonly consumer: string,
    readonly digest: string | null,
    /** Present for commands: their value is the reply. */
    readonly contract?: RequestContract,
    /** What else happens in the transaction that completes it, before its last statement. */
    readonly besides: readonly BoundStatement[] = [],
  ) {}

  /** What the message is called in errors. */
  get label(): string {
    return this.contract === undefined ? `${this.envelope.type} in subscription ${this.consumer}` : this.contract.name;
  }

  complete(value: unknown): void {
    this.value = { committed: value };
  }

  get completed(): { readonly committed: unknown } | undefined {
    return this.value;
  }
}
