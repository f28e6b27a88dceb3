import type { RefusedCommand, Refusals } from '../choreography/refusals.js';

/** Counts of one process, for tests. */
export class RefusalsInMemory implements Refusals {
  private readonly counts = new Map<string, number>();

  async count(of: RefusedCommand): Promise<number> {
    return this.counts.get(keyOf(of)) ?? 0;
  }

  async record(of: RefusedCommand, refusals: number): Promise<void> {
    this.counts.set(keyOf(of), Math.max(refusals, await this.count(of)));
  }

  /** How many commands were ever refused. */
  get size(): number {
    return this.counts.size;
  }
}

const keyOf = ({ choreography, eventId, command }: RefusedCommand): string =>
  JSON.stringify([choreography, eventId, command]);
