import type { z } from 'zod';
import { onConnection, decided } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { thrownOfUnit } from '../context/thrown-of-unit.js';

/**
 * Statements that are each a transaction of their own, in one round trip: for writes that belong to no unit of work and
 * record no events.
 */
export class SingleStatements {
  constructor(private readonly journal: ContextJournal) {}

  /**
   * Runs the statement, which commits by itself, and parses its rows. With a name the session keeps its plan.
   *
   * Throws what a unit of work throws: OverloadedError when nothing was changed and it may go better later,
   * OutcomeUnknownError when the connection broke before the answer.
   */
  async run<S extends z.ZodType>(
    row: S,
    statement: { readonly name?: string; readonly text: string },
    values: readonly unknown[],
  ): Promise<z.output<S>[]> {
    try {
      const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
        decided(client.query<unknown>({ ...statement, values })),
      );
      return rows.map((found) => row.parse(found));
    } catch (error) {
      throw thrownOfUnit(this.journal.context, error, false);
    }
  }
}
