import { Failure, IdempotencyConflictError, type Envelope, type RequestContract } from '@isolith/contracts';
import type { Inbox } from '../../receiving/inbox.js';

interface Row {
  readonly input: string;
  readonly outcome: Promise<unknown>;
}

/** An inbox that lives as long as one trial and forgets nothing meanwhile. */
export class MemoryInbox implements Inbox {
  private readonly commands = new Map<string, Row>();
  private readonly events = new Map<string, Promise<void>>();

  command({ id, data }: Envelope, _contract: RequestContract, handle: () => Promise<unknown>): Promise<unknown> {
    const input = JSON.stringify(data);
    const known = this.commands.get(id);
    if (known !== undefined)
      return known.input === input
        ? known.outcome
        : Promise.reject(new IdempotencyConflictError(`${id} came with another input`));
    const outcome = handle();
    this.commands.set(id, { input, outcome });
    outcome.catch((error: unknown) => {
      const isFinal = error instanceof Failure && error.contract.kept;
      if (!isFinal) this.commands.delete(id);
    });
    return outcome;
  }

  event({ id }: Envelope, subscription: string, handle: () => Promise<void>): Promise<void> {
    const key = `${subscription} ${id}`;
    const known = this.events.get(key);
    if (known !== undefined) return known;
    const handled = handle();
    this.events.set(key, handled);
    handled.catch(() => this.events.delete(key));
    return handled;
  }
}
