import type { SingleStatements, UnitOfWork } from '@isolith/journal';
import { quotedSchemaOf } from './quoted-schema.js';
import type { SagaKey, SagaRow, Transition } from './progress.js';
import type { LeaseTerms } from './saga-lease.js';
import { SagaSaves } from './saga-saves.js';
import { json, milliseconds } from './saga-sql.js';

/** A saga that begins: everything but what the table fills in itself. */
export type NewSaga = Pick<SagaRow, 'name' | 'id' | 'version' | 'state' | 'step' | 'principal'> & {
  readonly correlationId: string;
  readonly deadlineMs: number | undefined;
};

/** Writes the sagas of one context, in its own schema. Every save names the claim and the revision that it follows. */
export class SagaTable {
  private readonly schema: string;
  private readonly saves: SagaSaves;
  private readonly begin: string;

  constructor(
    context: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'execute' | 'write'>,
    statements: Pick<SingleStatements, 'run'>,
    private readonly terms: LeaseTerms,
  ) {
    this.schema = quotedSchemaOf(context);
    this.saves = new SagaSaves(this.schema, statements, terms.leaseMs);
    this.begin = `WITH begun AS (
       INSERT INTO ${this.schema}.saga (name, id, version, state, step, principal, correlation_id, deadline_at, holder, token, leased_until)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7, clock_timestamp() + ${milliseconds('$8')},
         $9::text, CASE WHEN $9::text IS NULL THEN 0 ELSE 1 END, CASE WHEN $9::text IS NOT NULL THEN clock_timestamp() + ${milliseconds('$10')} END)
       ON CONFLICT (name, id) DO NOTHING RETURNING name, id, revision)
     INSERT INTO ${this.schema}.saga_transition (name, id, seq, what) SELECT name, id, revision, 'begun' FROM begun`;
  }

  /**
   * Inserts a saga, due at once, with the open unit; nothing happens when it is there already. With `held` its lease is
   * this host's, else anybody's. Before the unit ends `inserted` is told of it, if it was. Throws NoOpenUnitError.
   */
  insert(
    { name, id, version, state, step, principal, correlationId, deadlineMs }: NewSaga,
    held: boolean,
    inserted: (row: SagaRow) => void,
  ): void {
    const { holder, leaseMs } = this.terms;
    const values = [
      name,
      id,
      version,
      json(state),
      step,
      json(principal),
      correlationId,
      deadlineMs ?? null,
      held ? holder : null,
      leaseMs,
    ];
    this.unit.write(this.begin, values, (rows) => {
      if (rows === 0) return;
      inserted({
        name,
        id,
        version,
        revision: 1,
        token: held ? 1 : 0,
        status: 'running',
        state,
        step,
        done: [],
        cause: null,
        attempts: 0,
        defects: 0,
        refusals: 0,
        trouble: null,
        remaining_ms: deadlineMs ?? null,
        principal,
        correlation_id: correlationId,
      });
    });
  }

  /**
   * Saves a transition, made by version `version` of the definition, in a transaction of its own or with others' saves. With `hold` the
   * lease is extended, else given back. Returns the row as saved, or undefined when it is no longer the one that was claimed:
   * another host has taken it over, or an operator has stepped in.
   */
  async save(row: SagaRow, transition: Transition, version: number, hold: boolean): Promise<SagaRow | undefined> {
    const newest = Math.max(version, row.version);
    const found = await this.saves.save({ row, transition, version: newest, hold });
    return found === null ? undefined : { ...row, ...transition.next, ...found, version: newest };
  }

  /** Gives back a saga that could not be moved, due later, without changing where it is. Nothing happens when it is another's by now. */
  async putOff({ name, id, token }: SagaKey & Pick<SagaRow, 'token'>, pauseMs: number): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga SET due_at = now() + ${milliseconds('$4')}, holder = NULL, leased_until = NULL
                 WHERE name = $1 AND id = $2 AND token = $3`;
    await this.unit.run(() => this.unit.execute(sql, [name, id, token, pauseMs]));
  }
}
