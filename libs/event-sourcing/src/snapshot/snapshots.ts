import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { neverThrowing, runAs } from '@isolith/message-bus';
import type { UnitOfWork } from '@isolith/journal';
import type { SnapshotFormat } from './policy.js';
import type { AggregateSql } from './snapshot-sql.js';

/** A state that may be kept. */
export interface Offered<S = unknown> {
  readonly stream: string;
  readonly format: SnapshotFormat<S>;
  readonly state: S;
  /** Of its last event. */
  readonly version: number;
}

export interface SnapshotsParts {
  readonly context: string;
  readonly unit: Pick<UnitOfWork, 'intent' | 'write'>;
  readonly sql: Pick<AggregateSql, 'keep' | 'forget'>;
  /** Told of what could not be kept; nobody waits for it. */
  readonly report: (message: string, error: unknown) => void;
}

/**
 * Streams whose snapshot is due and not written yet; what is offered beyond that is offered again by the next change or
 * load.
 */
const MOST_DUE = 1_000;

/**
 * Writes snapshots while nobody waits for them, one at a time:
 *
 *   idle --offered--> writing --written, or failed--> writing the next
 *                        '--none is due--> idle
 *   any of them --drain()--> what is being written is; the rest is let go
 *
 * A snapshot is a cache. One that is lost, late or refused costs a longer load and nothing else.
 */
export class Snapshots {
  private readonly due = new Map<string, Offered>();
  /** Aggregates whose state does not survive its own schema: told once, not tried again. */
  private readonly lossy = new Set<string>();
  private writing: Promise<void> | undefined;
  private stopped = false;
  /** Who offers is inside a unit of work, on its connection; what is written here is on another. */
  private readonly apart = AsyncLocalStorage.snapshot();
  private readonly report: SnapshotsParts['report'];

  constructor(private readonly parts: SnapshotsParts) {
    this.report = neverThrowing(parts.report);
  }

  /** Takes note of a state; never waits and never throws. */
  offer<S>({ stream, format, state, version }: Offered<S>): void {
    const known = this.due.get(stream);
    if (this.stopped || this.lossy.has(format.digest) || (known !== undefined && known.version >= version)) return;
    if (known === undefined && this.due.size >= MOST_DUE) return;
    this.due.set(stream, { stream, format, state, version });
    this.writing ??= this.apart(() => runAs(this.parts.context, () => this.write()));
  }

  /** Resolves when nothing is being written; for specs and for whoever stops the host. */
  async idle(): Promise<void> {
    await this.writing;
  }

  async drain(): Promise<void> {
    this.stopped = true;
    this.due.clear();
    await this.idle();
  }

  private async write(): Promise<void> {
    // Not in the turn of whoever offered it: that one has a caller.
    await new Promise(setImmediate);
    for (const [stream, offered] of this.due) {
      this.due.delete(stream);
      try {
        await this.keep(offered);
      } catch (error) {
        this.report(`the snapshot of ${stream} could not be kept`, error);
      }
    }
    this.writing = undefined;
  }

  private async keep({ stream, format: { state: schema, digest }, state, version }: Offered): Promise<void> {
    const json = JSON.stringify(state);
    if (!isDeepStrictEqual(schema.parse(JSON.parse(json)), JSON.parse(json))) {
      this.lossy.add(digest);
      throw new Error(
        `the schema of its snapshots does not give back the state of ${stream} as it is; no snapshots of this shape are kept`,
      );
    }
    const { unit, sql } = this.parts;
    await unit.intent(async () => {
      unit.write(sql.keep, [stream, digest, version, json]);
      unit.write(sql.forget, [stream, digest]);
    });
  }
}
