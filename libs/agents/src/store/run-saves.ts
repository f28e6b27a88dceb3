import { quoted } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { KeptEntry, RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';
import { ENTRY_COLUMNS, entryRow, NOW_MS, type HeldRun } from './run-rows.js';
import { RunWrites, type Due } from './run-writes.js';

/** What becomes of a run: its entries, where they bring it, and when it is due next. */
export interface RunSave {
  readonly entries: readonly RunEntry[];
  readonly state: RunState;
  readonly due: Due;
}

const lockRow = z.object({ seq: z.int(), now: z.number() });

/** Saves what the holder of a run did. */
export class RunSaves {
  private readonly schema: string;
  private readonly writes: RunWrites;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'write'>,
    leaseMs: number,
  ) {
    this.schema = quoted(schema);
    this.writes = new RunWrites(schema, unit, leaseMs);
  }

  /**
   * Has `decide` say what becomes of the run, once its row is locked, with what others added after the entry `seq`:
   * what its user said and decided. `nowMs` is when the entries happen, by the database's clock. Undefined when the run
   * is not this claim's any more; then nothing is decided and nothing written.
   *
   * When the outcome of a save was unknown and it is made again, its own entries are among those that come after `seq`.
   */
  save<S extends RunSave>(
    { id, token }: Pick<HeldRun, 'id' | 'token'>,
    seq: number,
    holder: string,
    decide: (others: readonly KeptEntry[], nowMs: number) => Promise<S>,
  ): Promise<S | undefined> {
    return this.unit.run(async () => {
      const [locked] = await this.unit.query(
        lockRow,
        `SELECT seq, ${NOW_MS} AS now FROM ${this.schema}.agent_run WHERE id = $1 AND token = $2 AND holder = $3 FOR UPDATE`,
        [id, token, holder],
      );
      if (locked === undefined) return undefined;
      const others = locked.seq === seq ? [] : await this.after(id, seq);
      const made = await decide(others, locked.now);
      this.writes.append(id, made.entries, made.state, locked.now);
      this.writes.update(id, made.state, made.due);
      return made;
    });
  }

  private after(run: string, seq: number): Promise<KeptEntry[]> {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM ${this.schema}.agent_entry e WHERE e.run = $1 AND e.seq > $2 ORDER BY e.seq`;
    return this.unit.query(entryRow, sql, [run, seq]);
  }
}
