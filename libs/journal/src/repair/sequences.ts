import { z } from 'zod';
import { onConnection, MIGRATIONS_TABLE, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';

/**
 * A sequence that would draw again what was drawn before: after a restore of some tables, a logical replication, a
 * TRUNCATE … RESTART.
 */
export interface SequenceBehind {
  /** With its schema. */
  readonly sequence: string;
  /** The last value that it drew; 0 when it drew none. */
  readonly drawn: number;
  /** What it must have drawn at least. */
  readonly needed: number;
  /** Whose value that is. */
  readonly by: string;
}

const sequenceRow = z.object({ name: z.string(), table: z.string(), column: z.string() });
const stateRow = z.tuple([
  z.object({ drawn: z.coerce.number(), highest: z.coerce.number(), checkpoint: z.coerce.number().nullable() }),
]);

/**
 * The sequences of a context that are behind the rows of their column or, for the journal's positions, behind a
 * checkpoint of a subscription.
 */
export async function sequencesBehind(journal: ContextJournal): Promise<readonly SequenceBehind[]> {
  const schema = quoted(journal.schema);
  return onConnection(await journal.dataSource(), async (client) => {
    const ask = async (text: string, values: readonly unknown[] = []): Promise<unknown[]> =>
      (await client.query<unknown>({ text, values })).rows;
    // 'i': of an identity column, 'a': of a serial one. One that belongs to no column promises nothing.
    const sequences = z.array(sequenceRow).parse(
      await ask(
        `SELECT s.relname AS name, t.relname AS table, a.attname AS column
         FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
           JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
           JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE s.relkind = 'S' AND n.nspname = $1 AND t.relname <> $2 ORDER BY s.relname`,
        [journal.schema, MIGRATIONS_TABLE],
      ),
    );
    const found: SequenceBehind[] = [];
    for (const { name, table, column } of sequences) {
      const checkpoint = table === 'journal' ? `(SELECT max(position) FROM ${schema}.subscription_checkpoint)` : 'NULL';
      // The rows first: what is drawn after they were read is no concern.
      const [{ drawn, highest, checkpoint: passed }] = stateRow.parse(
        await ask(
          `WITH rows AS MATERIALIZED (SELECT coalesce(max(${quoted(column)}), 0) AS highest, ${checkpoint} AS checkpoint FROM ${schema}.${quoted(table)})
           SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS drawn, highest, checkpoint FROM rows, ${schema}.${quoted(name)}`,
        ),
      );
      const needed = Math.max(highest, passed ?? 0);
      if (drawn >= needed) continue;
      const by = needed === highest ? `a row of ${journal.schema}.${table}` : 'what was handed over to a subscription';
      found.push({ sequence: `${journal.schema}.${name}`, drawn, needed, by });
    }
    return found;
  });
}

/** Lets a sequence go on behind what it must have drawn. Never back, whoever draws from it at the same time. */
export async function setForward(journal: ContextJournal, { sequence, needed }: SequenceBehind): Promise<void> {
  const name = sequence.split('.').map(quoted).join('.');
  await onConnection(await journal.dataSource(), (client) =>
    client.query({
      text: `SELECT setval($1::text::regclass, greatest(last_value, $2::bigint)) FROM ${name}`,
      values: [name, needed],
    }),
  );
}
