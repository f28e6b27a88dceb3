interface Held {
  readonly subject: string | undefined;
  readonly release: () => void;
}

/** Holds an event back until one of another key to the same address has gone past it. */
export class Overtaking {
  private readonly held = new Map<string, Set<Held>>();

  /** Calls `release` when another key passes; the returned function forgets it. */
  hold(address: string, subject: string | undefined, release: () => void): () => void {
    const held: Held = { subject, release };
    const here = this.held.get(address) ?? new Set();
    this.held.set(address, here.add(held));
    return () => {
      here.delete(held);
      if (here.size === 0 && this.held.get(address) === here) this.held.delete(address);
    };
  }

  passed(address: string, subject: string | undefined): void {
    for (const { subject: waiting, release } of this.held.get(address) ?? []) {
      if (waiting === undefined || waiting !== subject) release();
    }
  }
}
