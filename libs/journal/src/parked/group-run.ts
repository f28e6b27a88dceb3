import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupEnd } from './group-replay-table.js';
import type { ParkedEntry, ParkedFilter } from './parked-entry.js';
import type { ParkedPage } from './parked-list.js';
import type { ReplayStep, SequenceReplay } from './sequence-replay.js';

export interface GroupParts {
  readonly filter: ParkedFilter;
  readonly perSecond: number;
  /** The last message that was parked when the replay began: what is parked later is not part of the group. */
  readonly upTo: bigint;
  readonly draining: AbortSignal;
  readonly page: (cursor: string | undefined) => Promise<ParkedPage>;
  readonly sequence: (subscription: string, key: string) => SequenceReplay;
  /** Told after each message that was handled. */
  readonly progressed: (replayed: number) => Promise<void>;
}

/** Messages of one replay; a key that gets more than its replay takes out would go on for ever. */
const MOST = 10_000;

/**
 * Replays the sequences of a group, one after the other, each to its end, until a message fails. Sequences that
 * somebody else replays are left to them, and bytes that can't be read are left where they are.
 */
export class GroupRun {
  private replayed = 0;

  constructor(private readonly parts: GroupParts) {}

  get done(): number {
    return this.replayed;
  }

  async run(): Promise<GroupEnd> {
    for await (const { subscription, key } of this.heads()) {
      const sequence = this.parts.sequence(subscription, key);
      if ((await sequence.claim()) !== 'held') continue;
      try {
        const end = await this.empty(sequence);
        if (end !== undefined) return end;
      } finally {
        await sequence.release();
      }
    }
    return { status: 'completed' };
  }

  /** Undefined when the sequence is empty, or somebody else's. */
  private async empty(sequence: SequenceReplay): Promise<GroupEnd | undefined> {
    for (;;) {
      const reason = this.stopped();
      if (reason !== undefined) return { status: 'stopped', reason };
      const step: ReplayStep = await sequence.step();
      if (step.ended === 'failed') return { status: 'stopped', failed: step.failed };
      if (step.ended !== 'handled') return undefined;
      this.replayed += 1;
      await this.parts.progressed(this.replayed);
      // Only the drain ends the pause early, and is seen before the next message.
      await sleep(1_000 / this.parts.perSecond, undefined, { signal: this.parts.draining }).catch(() => undefined);
    }
  }

  private stopped(): string | undefined {
    if (this.parts.draining.aborted) return 'its host stops; what it had not reached is still parked';
    return this.replayed >= MOST
      ? `it has replayed ${MOST} messages, the most of one replay; start another one for the rest`
      : undefined;
  }

  private async *heads(): AsyncGenerator<ParkedEntry> {
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = await this.parts.page(cursor);
      for (const entry of items) {
        if (BigInt(entry.id) > this.parts.upTo) return;
        if (entry.type !== undefined) yield entry;
      }
      if (nextCursor === undefined) return;
      cursor = nextCursor;
    }
  }
}
