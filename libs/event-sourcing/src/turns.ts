import { NotDeliveredError, steadyNow } from '@isolith/contracts';
import { currentScope } from '@isolith/message-bus';

/**
 * Has those who want to change the same stream do so one after the other, within this process. They would meet in the
 * database anyway; here the second begins with what the first has made, instead of losing its work to it.
 *
 *   waiting --the one before has ended, however--> in turn --ended--> (none)
 *      '--the caller's deadline has passed--> NotDeliveredError: nothing ran
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** How many streams have somebody in turn. */
  get size(): number {
    return this.last.size;
  }

  async take<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(stream);
    const mine = before === undefined ? work() : before.then(() => unlessLate(stream, work));
    // Whoever comes next only waits; what became of this one is its caller's.
    const ended = mine.then(nothing, nothing);
    this.last.set(stream, ended);
    try {
      return await mine;
    } finally {
      if (this.last.get(stream) === ended) this.last.delete(stream);
    }
  }
}

const nothing = (): void => undefined;

function unlessLate<T>(stream: string, work: () => Promise<T>): Promise<T> {
  const deadline = currentScope()?.deadline;
  if (deadline === undefined || deadline > steadyNow()) return work();
  throw new NotDeliveredError(`the turn to change ${stream} came after the deadline; nothing ran`);
}
