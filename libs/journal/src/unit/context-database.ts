import { assertNoOpenUnit, currentScope } from '@isolith/message-bus';
import type { z } from 'zod';
import { onConnection, type Statement, type StatementResult } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { mapperClient, type MapperClient } from './mapper-client.js';
import { OpenJournalUnit } from './open-unit.js';
import { repeated } from './repeated-statements.js';

/** Reads of one context: in the gather phase on a connection of their own, inside a unit of work on its connection. */
export class ContextDatabase {
  #client: MapperClient | undefined;

  constructor(private readonly journal: ContextJournal) {}

  /**
   * Runs a reading statement and parses its rows. Tables are named with their schema. Throws a TypeError for a
   * statement that does not begin with SELECT or WITH (writes belong into a unit of work), CallInsideUnitError inside
   * another context's unit.
   */
  async query<S extends z.ZodType>(row: S, sql: string, params: readonly unknown[] = []): Promise<z.output<S>[]> {
    this.requireReading(sql);
    const unit = this.openUnit();
    if (unit !== undefined) return unit.query(row, sql, params);
    const { rows } = await this.send(repeated(sql, params));
    return rows.map((found) => row.parse(found));
  }

  /**
   * For any other mapper that speaks to `pg`, to read with: in the gather phase and in queries on a connection of their
   * own, inside a unit of work on its connection. Refuses what `query` refuses.
   */
  get client(): MapperClient {
    return (this.#client ??= mapperClient(async (statement) => {
      this.requireReading(statement.text);
      return this.openUnit()?.mapper.query(statement) ?? this.send(statement);
    }));
  }

  private requireReading(sql: string): void {
    // Finds the slip, not the trick: nobody writes by accident behind a SELECT.
    if (!/^\s*(select|with)\b/i.test(sql))
      throw new TypeError(
        `${this.journal.context}: only SELECT and WITH are read outside of a unit of work; write in unit.run()`,
      );
  }

  private openUnit(): OpenJournalUnit | undefined {
    const unit = currentScope()?.unit;
    if (unit instanceof OpenJournalUnit && unit.context === this.journal.context) return unit;
    assertNoOpenUnit(`the database of ${this.journal.context}`);
    return undefined;
  }

  private async send(statement: Statement): Promise<StatementResult<unknown>> {
    return onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
  }
}
