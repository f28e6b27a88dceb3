import type { ContextJournal } from './context-journal.js';
import { holdingConnection, Transaction } from '@isolith/postgres/internal';
import { thrownOfUnit } from './thrown-of-unit.js';

/**
 * A transaction of the journal's own tables, outside of any unit of work: commits when the work resolves, rolls back
 * when it rejects. Throws what a unit throws for errors of the database.
 */
export function inTransaction<T>(
  { context, dataSource }: ContextJournal,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return holdingConnection(context, async () => {
    const transaction = new Transaction(await dataSource());
    try {
      const value = await work(transaction);
      await transaction.commit(undefined);
      return value;
    } catch (error) {
      await transaction.rollback();
      throw thrownOfUnit(context, error, false);
    }
  });
}
