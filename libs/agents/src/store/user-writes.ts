import { quoted } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { runOf } from '../run/evolve.js';
import type { RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';
import { ENTRY_COLUMNS, entryRow, NOW_MS } from './run-rows.js';
import { RunWrites } from './run-writes.js';

const lockedRow = z.object({ seq: z.int(), status: z.enum(['moving', 'waiting', 'resting']), nowMs: z.number() });
/** A run that nobody else changes before the unit ends. */
export type LockedRun = Readonly<z.output<typeof lockedRow>>;

const seqRow = z.object({ seq: z.int() });
const idRow = z.object({ id: z.string() });

/** What users do to runs, in the open unit. */
export class UserWrites {
  private readonly schema: string;
  private readonly writes: RunWrites;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'query' | 'write'>,
  ) {
    this.schema = quoted(schema);
    this.writes = new RunWrites(schema, unit, 0);
  }

  /** False when there is a run with this id that is another one. */
  async begin(id: string, agent: string, owner: string): Promise<boolean> {
    this.unit.write(
      `INSERT INTO ${this.schema}.agent_run (id, agent, owner) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
      [id, agent, owner],
    );
    const sql = `SELECT id FROM ${this.schema}.agent_run WHERE id = $1 AND agent = $2 AND owner = $3`;
    return (await this.unit.query(idRow, sql, [id, agent, owner])).length > 0;
  }

  async lock(id: string, owner: string): Promise<LockedRun | undefined> {
    const [found] = await this.unit.query(
      lockedRow,
      `SELECT seq, status, ${NOW_MS} AS "nowMs" FROM ${this.schema}.agent_run WHERE id = $1 AND owner = $2 FOR UPDATE`,
      [id, owner],
    );
    return found;
  }

  /** The number of what was said under this key; undefined when nothing was. */
  async saidWith(id: string, key: string): Promise<number | undefined> {
    const sql = `SELECT seq FROM ${this.schema}.agent_entry WHERE run = $1 AND key = $2`;
    const [found] = await this.unit.query(seqRow, sql, [id, key]);
    return found?.seq;
  }

  async stateOf(id: string): Promise<RunState> {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM ${this.schema}.agent_entry e WHERE e.run = $1 ORDER BY e.seq`;
    return runOf(await this.unit.query(entryRow, sql, [id]));
  }

  append(id: string, seq: number, entry: RunEntry, nowMs: number, key?: string): void {
    this.writes.append(id, [entry], { seq }, nowMs, key);
    this.unit.write(`UPDATE ${this.schema}.agent_run SET seq = $2, changed_at = clock_timestamp() WHERE id = $1`, [
      id,
      seq,
    ]);
  }

  /** It is due now, whoever moves it. */
  moves(id: string): void {
    this.unit.write(`UPDATE ${this.schema}.agent_run SET status = 'moving', due_at = clock_timestamp() WHERE id = $1`, [
      id,
    ]);
  }

  /** Whoever moves it writes nothing any more. */
  stop(id: string, entries: readonly RunEntry[], state: RunState, nowMs: number): void {
    this.writes.append(id, entries, state, nowMs);
    this.writes.update(id, state, { status: 'resting' });
  }
}
