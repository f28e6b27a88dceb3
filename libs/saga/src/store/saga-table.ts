import { quoted } from '@isolith/postgres/internal';
import { type LeaseTerms, type SingleStatements } from '@isolith/journal/internal';
import type { UnitOfWork } from '@isolith/journal';
import { begunRow, type NewSaga } from '../instance/new-saga.js';
import type { SagaKey, SagaRow, Transition } from '../instance/progress.js';
import { SagaSaves } from './saga-saves.js';
import { SagaSignals } from './saga-signals.js';
import { json, milliseconds } from './saga-sql.js';

/** Writes the sagas of one context, in its own schema. Every save names the claim and the revision that it follows. */
export class SagaTable {
  private readonly schema: string;
  private readonly saves: SagaSaves;
  private readonly signals: SagaSignals;
  private readonly begin: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute' | 'write'>,
    statements: Pick<SingleStatements, 'run'>,
    private readonly terms: LeaseTerms,
  ) {
    this.schema = quoted(schema);
    this.signals = new SagaSignals(schema, unit);
    this.saves = new SagaSaves(this.schema, statements, terms.leaseMs);
    this.begin = `WITH begun AS (
       INSERT INTO ${this.schema}.saga (name, id, version, state, step, principal, correlation_id, traceparent, deadline_at, holder, token, leased_until)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7, $11, clock_timestamp() + ${milliseconds('$8')},
         $9::text, CASE WHEN $9::text IS NULL THEN 0 ELSE 1 END, CASE WHEN $9::text IS NOT NULL THEN clock_timestamp() + ${milliseconds('$10')} END)
       ON CONFLICT (name, id) DO NOTHING RETURNING name, id, revision)
     INSERT INTO ${this.schema}.saga_transition (name, id, seq, what) SELECT name, id, revision, 'begun' FROM begun`;
  }

  /**
   * Inserts a saga, due at once, with the open unit; nothing happens when it is there already. With `held` its lease is
   * this host's, else anybody's. Before the unit ends `inserted` is told of it, if it was. Throws NoOpenUnitError.
   */
  insert(begun: NewSaga, held: boolean, inserted: (row: SagaRow) => void): void {
    const { name, id, version, state, step, principal, correlationId, traceparent, deadlineMs } = begun;
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
      traceparent ?? null,
    ];
    this.unit.write(this.begin, values, (rows) => {
      if (rows === 0) return;
      inserted(begunRow(begun, held));
    });
  }

  /**
   * Saves a transition, made by version `version` of the definition, in a transaction of its own or with others' saves.
   * With `hold` the lease is extended, else given back. Returns the row as saved, or undefined when it is no longer the
   * one that was claimed: another host has taken it over, or an operator has stepped in.
   */
  async save(row: SagaRow, transition: Transition, version: number, hold: boolean): Promise<SagaRow | undefined> {
    const newest = Math.max(version, row.version);
    const found = await this.saves.save({ row, transition, version: newest, hold });
    return found === null ? undefined : { ...row, ...transition.next, ...found, version: newest };
  }

  /**
   * Saves a transition that holds only unless an event is there, or else what becomes of the saga with that event: in
   * one transaction with the look, see SagaSignals. `hold` says of the transition that is made what `save` is told.
   * Undefined as of `save`.
   */
  async saveUnlessHeard(
    row: SagaRow,
    transition: Transition & Required<Pick<Transition, 'unlessHeard'>>,
    version: number,
    hold: (made: Transition) => boolean,
  ): Promise<{ readonly saved: SagaRow; readonly made: Transition } | undefined> {
    const newest = Math.max(version, row.version);
    const { event, taking } = transition.unlessHeard;
    return this.unit.run(async () => {
      const signal = await this.signals.look(event);
      const made = signal === undefined ? transition : taking(signal);
      const found = await this.saves.saveInUnit(
        { row, transition: made, version: newest, hold: hold(made) },
        this.unit,
      );
      return found === null ? undefined : { made, saved: { ...row, ...made.next, ...found, version: newest } };
    });
  }

  /**
   * Gives back a saga that could not be moved, due later, without changing where it is. Nothing happens when it is
   * another's by now.
   */
  async putOff({ name, id, token }: SagaKey & Pick<SagaRow, 'token'>, pauseMs: number): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga SET due_at = now() + ${milliseconds('$4')}, holder = NULL, leased_until = NULL
                 WHERE name = $1 AND id = $2 AND token = $3`;
    await this.unit.run(() => this.unit.execute(sql, [name, id, token, pauseMs]));
  }
}
