import { assertNoOpenUnit, currentScope } from '@isolith/message-bus';
import type { z } from 'zod';
import { onConnection } from './connection.js';
import type { ContextJournal } from './context-journal.js';
import { OpenJournalUnit } from './open-unit.js';
import { repeated } from './repeated-statements.js';

/** Reads of one context: in the gather phase on a connection of their own, inside a unit of work on its connection. */
export class ContextDatabase {
  constructor(private readonly journal: ContextJournal) {}

  /**
   * Runs a reading statement and parses its rows. Tables are named with their schema. Throws a TypeError for a
   * statement that does not begin with SELECT or WITH (writes belong into a unit of work), CallInsideUnitError inside
   * another context's unit.
   */
  async query<S extends z.ZodType>(row: S, sql: string, params: readonly unknown[] = []): Promise<z.output<S>[]> {
    // Finds the slip, not the trick: nobody writes by accident behind a SELECT.
    if (!/^\s*(select|with)\b/i.test(sql))
      throw new TypeError(
        `${this.journal.context}: only SELECT and WITH are read outside of a unit of work; write in unit.run()`,
      );
    const unit = currentScope()?.unit;
    if (unit instanceof OpenJournalUnit && unit.context === this.journal.context) return unit.query(row, sql, params);
    assertNoOpenUnit(`the database of ${this.journal.context}`);
    const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
      client.query<unknown>(repeated(sql, params)),
    );
    return rows.map((found) => row.parse(found));
  }
}
