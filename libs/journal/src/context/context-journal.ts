import type { DataSource } from 'typeorm';
import { JournalSignal } from './journal-signal.js';
import { schemaOf, type SchemaOwner } from '@isolith/postgres';
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

/**
 * The journal of a context, in the schema of its name. Nothing is opened: `dataSource` is asked whenever rows are
 * needed.
 */
export function contextJournal(
  { context, schema: stated }: SchemaOwner,
  dataSource: () => Promise<DataSource>,
  signal = new JournalSignal(),
): ContextJournal {
  const schema = schemaOf({ context, schema: stated });
  return { context, schema, statements: statementsOf(schema), signal, dataSource };
}
