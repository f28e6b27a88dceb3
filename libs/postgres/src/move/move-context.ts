import { schemaOf, type SchemaOwner } from '../schemas/schema-name.js';
import { copyTable } from './copy-table.js';
import { MoveRefusedError, sameShape } from './move-plan.js';
import { filled, tableLabel, tableName, tablesOf, type Table } from './schema-shape.js';
import { moveSequences } from './sequences.js';
import { inTransaction, type Session } from '../connections/session.js';
import { digestOf, sameDigest } from './table-digest.js';

/** A table that arrived as it left. */
export interface MovedTable {
  /** With its schema. */
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}

const SAY_EVERY_MS = 1_000;

/**
 * One context, in one transaction on each side:
 *
 *   locked --empty--> copying, table by table --same sums--> sequences set --> committed
 *      '--a row is there--> rolled back   '--other sums--> rolled back
 *
 * The lock keeps a host that starts meanwhile from writing; it may read, and waits with its first write until the rows
 * are all there.
 */
export async function moveContext(
  from: Session,
  to: Session,
  owner: SchemaOwner,
  say: (line: string) => void,
): Promise<readonly MovedTable[]> {
  const { context } = owner;
  const schema = schemaOf(owner);
  return inTransaction(from, 'READ ONLY', () =>
    inTransaction(to, 'READ WRITE', async () => {
      // The other side counts while this one waits: a table may be large, a statement about all of it long.
      await to.query(`SET LOCAL statement_timeout = '1h'`);
      await to.query(`SET LOCAL idle_in_transaction_session_timeout = '1h'`);
      const tables = await tablesOf(from, schema);
      if (tables.length > 0) await to.query(`LOCK TABLE ${tables.map(tableName).join(', ')} IN EXCLUSIVE MODE`);
      if (!sameShape(tables, await tablesOf(to, schema)))
        throw new Error(`${context}: the tables of the target are not those of the data folder`);
      const holding = await filled(to, tables);
      if (holding.length > 0)
        throw new MoveRefusedError([
          `${context}: somebody has written to ${holding.map(tableLabel).join(', ')} of the target meanwhile`,
        ]);
      const moved: MovedTable[] = [];
      for (const table of tables) moved.push(await moveTable(from, to, table, say));
      for (const line of await moveSequences(from, to, schema)) say(line);
      return moved;
    }),
  );
}

async function moveTable(from: Session, to: Session, table: Table, say: (line: string) => void): Promise<MovedTable> {
  const label = tableLabel(table);
  const left = await digestOf(from, table);
  let said = performance.now();
  await copyTable(from, to, table, (rows) => {
    if (performance.now() - said < SAY_EVERY_MS) return;
    said = performance.now();
    say(`${label}: ${rows} of ${left.rows} rows`);
  });
  const arrived = await digestOf(to, table);
  const sums = `${left.rows} rows, checksum ${left.checksum} embedded, ${arrived.rows} rows, checksum ${arrived.checksum} in PostgreSQL`;
  if (!sameDigest(left, arrived))
    throw new Error(`${label} did not arrive as it left: ${sums}. Nothing of its context was moved.`);
  say(`${label}: ${sums}`);
  return { table: label, ...arrived };
}
