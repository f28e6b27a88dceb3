/** One session of a database, for as long as it is used: the embedded engine's only one, or one of a server. */
export interface Session {
  /** Rows as the database gives them; the SQL beside a call says which columns, and what reads them parses them. */
  query(text: string, values?: readonly unknown[]): Promise<readonly unknown[]>;
}

/**
 * So that two databases spell one value the same way, however each of them is configured. Until the end of the
 * transaction.
 */
const ONE_SPELLING = [
  "TimeZone = 'UTC'",
  "DateStyle = 'ISO, YMD'",
  "IntervalStyle = 'postgres'",
  "bytea_output = 'hex'",
  'extra_float_digits = 1',
  'search_path = pg_catalog',
];

/** Runs `work` in a transaction in which values have one spelling; commits, or rolls back when it throws. */
export async function inTransaction<T>(
  session: Session,
  kind: 'READ ONLY' | 'READ WRITE',
  work: () => Promise<T>,
): Promise<T> {
  await session.query(`BEGIN ISOLATION LEVEL REPEATABLE READ ${kind}`);
  try {
    for (const setting of ONE_SPELLING) await session.query(`SET LOCAL ${setting}`);
    const value = await work();
    await session.query('COMMIT');
    return value;
  } catch (error) {
    // What failed first is what is told; a session that cannot even roll back is thrown away by its owner.
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
