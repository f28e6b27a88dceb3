import { z } from 'zod';
import { MIGRATIONS_TABLE } from '../schemas/migrations-table.js';
import { quoted } from '../schemas/quoted.js';
import type { Session } from '../connections/session.js';

const SequenceRow = z.object({ name: z.string(), table: z.string().nullable(), column: z.string().nullable() });
const ValueRow = z.tuple([z.object({ value: z.string(), called: z.boolean() })]);

/**
 * Lets every sequence of a schema go on where it stood, in a transaction of `inTransaction` on each side: exactly
 * there, since checkpoints may have passed over positions that were drawn and never filled, and in any case behind the
 * highest value in its column.
 * @returns what to say about each
 */
export async function moveSequences(from: Session, to: Session, schema: string): Promise<readonly string[]> {
  const found = await from.query(
    `SELECT s.relname AS name, t.relname AS table, a.attname AS column
     FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
       LEFT JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       LEFT JOIN pg_class t ON t.oid = d.refobjid
       LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE s.relkind = 'S' AND n.nspname = $1 AND t.relname IS DISTINCT FROM $2 ORDER BY s.relname`,
    [schema, MIGRATIONS_TABLE],
  );
  const lines: string[] = [];
  for (const { name, table, column } of z.array(SequenceRow).parse(found)) {
    const sequence = `${quoted(schema)}.${quoted(name)}`;
    const [{ value, called }] = ValueRow.parse(
      await from.query(`SELECT last_value::text AS value, is_called AS called FROM ${sequence}`),
    );
    const highest =
      table === null || column === null
        ? 'NULL::bigint'
        : `(SELECT max(${quoted(column)})::bigint FROM ${quoted(schema)}.${quoted(table)})`;
    const set = await to.query(
      `SELECT setval($1::text::regclass, greatest($2::text::bigint, highest), $3::text::boolean OR highest IS NOT NULL)::text AS value, true AS called
       FROM (SELECT ${highest} AS highest) AS h`,
      [sequence, value, String(called)],
    );
    lines.push(`${schema}.${name} goes on behind ${ValueRow.parse(set)[0].value}${called ? '' : ' (never used)'}`);
  }
  return lines;
}
