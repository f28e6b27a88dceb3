import { quoted } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import type { RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';
import { milliseconds } from './run-rows.js';

/** When a run is to be moved next, and by whom. */
export type Due =
  | { readonly status: 'resting' }
  | { readonly status: 'waiting'; readonly inMs: number }
  | { readonly status: 'moving'; readonly inMs: number; readonly hold: boolean };

/** Writes entries and the row that sums them up, in the open unit of whoever has locked that row. */
export class RunWrites {
  private readonly schema: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'write'>,
    private readonly leaseMs: number,
  ) {
    this.schema = quoted(schema);
  }

  /** `state` is the run with the entries, whose numbers end with its own. `key` is of what was said. */
  append(run: string, entries: readonly RunEntry[], state: Pick<RunState, 'seq'>, atMs: number, key?: string): void {
    if (entries.length === 0) return;
    const first = state.seq - entries.length + 1;
    this.unit.write(
      `INSERT INTO ${this.schema}.agent_entry (run, seq, at, kind, data, key)
       SELECT $1, $2::int + e.ordinal::int - 1, to_timestamp($3::float8 / 1000), e.kind, e.data::json, $6
       FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS e (kind, data, ordinal)`,
      [run, first, atMs, entries.map(({ kind }) => kind), entries.map(dataOf), key ?? null],
    );
  }

  /** The row of a run that is where `state` says. What nobody is to go on with at once is nobody's. */
  update(run: string, { seq, turn, used }: RunState, due: Due): void {
    const hold = due.status === 'moving' && due.hold;
    this.unit.write(
      `UPDATE ${this.schema}.agent_run SET seq = $2, turn = $3, input_tokens = $4, output_tokens = $5, tokens = $6, money = $7,
         status = $8, due_at = clock_timestamp() + ${milliseconds('$9')}, changed_at = clock_timestamp(),
         holder = CASE WHEN $10 THEN holder END,
         leased_until = CASE WHEN $10 THEN clock_timestamp() + ${milliseconds('$11')} END
       WHERE id = $1`,
      [
        run,
        seq,
        turn,
        used.inputTokens,
        used.outputTokens,
        used.tokens,
        used.money,
        due.status,
        due.status === 'resting' ? null : due.inMs,
        hold,
        this.leaseMs,
      ],
    );
  }
}

/** What an entry has beside the name of its kind. */
const dataOf = ({ kind: _, ...data }: RunEntry): string => JSON.stringify(data);
