import { AsyncLocalStorage } from 'node:async_hooks';

/** Told after every commit of a unit of work in this process: which event types it has recorded, possibly none. */
export type CommitListener = (types: ReadonlySet<string>) => void;

/**
 * Wakes those who read a context's tables as soon as something was committed to them here. It carries no data and may
 * be missed: what a listener reads is the database, and it looks there from time to time by itself. A listener must not
 * throw.
 */
export class JournalSignal {
  private readonly listeners = new Map<string, Set<CommitListener>>();

  committed(context: string, types: ReadonlySet<string>): void {
    for (const listener of this.listeners.get(context) ?? []) listener(types);
  }

  /**
   * Listens until the returned function is called. The listener runs in the asynchronous context in which it was
   * registered: what it starts acts for itself, not for the message whose unit happened to commit.
   */
  onCommit(context: string, listener: CommitListener): () => void {
    const listeners = this.listeners.get(context) ?? new Set();
    const bound = AsyncLocalStorage.bind(listener);
    this.listeners.set(context, listeners.add(bound));
    return () => void listeners.delete(bound);
  }
}
