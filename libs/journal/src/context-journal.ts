import type { DataSource } from 'typeorm';
import { JournalSignal } from './journal-signal.js';
import { schemaOf } from './schema-name.js';
import { statementsOf, type Statements } from './statements.js';

/** What everything of one context shares: its name, its database, its SQL, and the signal of its commits. */
export interface ContextJournal {
  readonly context: string;
  readonly schema: string;
  readonly statements: Statements;
  readonly signal: JournalSignal;
  /** Resolves when the database is open and migrated; rejects when that failed. */
  readonly dataSource: () => Promise<DataSource>;
}

export function contextJournal(
  context: string,
  dataSource: () => Promise<DataSource>,
  signal = new JournalSignal(),
): ContextJournal {
  const schema = schemaOf(context);
  return { context, schema, statements: statementsOf(schema), signal, dataSource };
}
