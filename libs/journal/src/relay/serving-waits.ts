import type { Waiting } from '@isolith/message-bus';
import { problemOf } from '../context/problem.js';
import type { JournalBatch } from './journal-reader.js';
import type { KeyQueue } from './window.js';

/** Why and for how long something waits, without what it is called. */
export type Wait = Pick<Waiting, 'waitedMs' | 'reason' | 'lookAt' | 'detail' | 'causes' | 'effect' | 'boundMs'>;

interface Delivery {
  readonly since: number;
  attempts: number;
  /** What the last attempt failed with. */
  error: unknown;
  resting: boolean;
}

/** A read that takes no longer is no wait. */
const READ_MS = 2_000;
/** It does not pass by itself. */
const RESET_MS = 1_000;
const RESTORED = 'docs/runbooks/restore.md';
const PROJECTIONS = '/actuator/projections';

/** What the serving of one subscription waits for: told by its loops, asked by whoever looks after it. */
export class ServingWaits {
  private readonly deliveries = new Map<KeyQueue, Delivery>();
  /** A read is under way. */
  private readSince: number | undefined;
  private failing: { readonly since: number; failures: number; error: unknown } | undefined;
  private heldSince: number | undefined;
  private endsBefore: { readonly since: number; readonly position: number } | undefined;

  /**
   * @param takersAreHere who takes an event has it in hand in this process, and tells of it itself until it rejects it
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly takersAreHere: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  reads(): void {
    this.readSince = this.now();
  }

  hasRead({ held, resetTo }: Pick<JournalBatch, 'held' | 'resetTo'>): void {
    this.readSince = undefined;
    this.failing = undefined;
    this.heldSince = held === true ? (this.heldSince ?? this.now()) : undefined;
    this.endsBefore =
      resetTo === undefined ? undefined : { since: this.endsBefore?.since ?? this.now(), position: resetTo };
  }

  readFailed(error: unknown): void {
    const since = this.failing?.since ?? this.readSince ?? this.now();
    this.readSince = undefined;
    this.failing = { since, failures: (this.failing?.failures ?? 0) + 1, error };
  }

  delivers(lane: KeyQueue): void {
    const known = this.deliveries.get(lane);
    if (known === undefined)
      this.deliveries.set(lane, { since: this.now(), attempts: 0, error: undefined, resting: false });
    else known.resting = false;
  }

  rejected(lane: KeyQueue, error: unknown): void {
    const delivery = this.deliveries.get(lane);
    if (delivery === undefined) return;
    delivery.attempts += 1;
    delivery.error = error;
    delivery.resting = true;
  }

  taken(lane: KeyQueue): void {
    this.deliveries.delete(lane);
  }

  /** What has waited longest; undefined when nothing waits that this host should move. */
  longest(): Wait | undefined {
    let longest: Wait | undefined;
    for (const wait of [this.unreadable(), this.reset(), this.unanswered(), this.undelivered()])
      if (wait !== undefined && (longest === undefined || wait.waitedMs > longest.waitedMs)) longest = wait;
    return longest;
  }

  /**
   * For how long a transaction that stays open has held back what there may be to read, in milliseconds; 0: it does
   * not.
   */
  get heldMs(): number {
    return this.heldSince === undefined ? 0 : this.now() - this.heldSince;
  }

  private unreadable(): Wait | undefined {
    if (this.failing === undefined) return undefined;
    const { since, failures, error } = this.failing;
    const { type, detail } = problemOf(error);
    return {
      waitedMs: this.now() - since,
      reason: `its journal can't be read (${type}), ${failures} times in a row`,
      detail,
      lookAt: PROJECTIONS,
      causes: ['database'],
    };
  }

  private reset(): Wait | undefined {
    if (this.endsBefore === undefined) return undefined;
    const { since, position } = this.endsBefore;
    return {
      waitedMs: this.now() - since,
      reason: `its journal ends at position ${position}, before what was handed over: rows or sequence were restored or reset, and what is recorded now is passed over`,
      lookAt: RESTORED,
      // Whoever sends this host something that is recorded below the checkpoint loses its consequences.
      effect: 'not-ready',
      boundMs: RESET_MS,
    };
  }

  private unanswered(): Wait | undefined {
    const waitedMs = this.readSince === undefined ? 0 : this.now() - this.readSince;
    if (waitedMs <= READ_MS) return undefined;
    return { waitedMs, reason: 'a read of its journal gets no answer', lookAt: PROJECTIONS, causes: ['database'] };
  }

  private undelivered(): Wait | undefined {
    let oldest: Delivery | undefined;
    for (const delivery of this.deliveries.values()) {
      if (this.takersAreHere && !delivery.resting) continue;
      if (oldest === undefined || delivery.since < oldest.since) oldest = delivery;
    }
    if (oldest === undefined) return undefined;
    const { since, attempts, error } = oldest;
    const tried =
      attempts === 0
        ? { reason: 'an event was handed over and nobody has taken it' }
        : {
            reason: `an event was not taken, attempt ${attempts}: ${problemOf(error).type}`,
            detail: problemOf(error).detail,
          };
    return { waitedMs: this.now() - since, ...tried, lookAt: PROJECTIONS, causes: ['broker', 'database'] };
  }
}
