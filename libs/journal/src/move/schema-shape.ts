import { z } from 'zod';
import { MIGRATIONS_TABLE } from '../database/open-context.js';
import { quoted } from '../statements.js';
import type { Session } from './session.js';

export interface Column {
  readonly name: string;
  /** As SQL spells the type, with its schema where that is not PostgreSQL's own. */
  readonly type: string;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** What can be written: computed columns are left out. */
  readonly columns: readonly Column[];
}

const TableRow = z.object({ name: z.string(), columns: z.array(z.object({ name: z.string(), type: z.string() })) });
const LinkRow = z.object({ child: z.string(), parent: z.string() });
const NameRow = z.object({ name: z.string() });

/** `schema.table` as SQL spells it. */
export const tableName = ({ schema, name }: Table): string => `${quoted(schema)}.${quoted(name)}`;

/** `schema.table` as people say it. */
export const tableLabel = ({ schema, name }: Table): string => `${schema}.${name}`;

/** The tables of a schema without the record of its migrations; each after those that its foreign keys point to. */
export async function tablesOf(session: Session, schema: string): Promise<readonly Table[]> {
  const found = await session.query(
    `SELECT c.relname AS name,
       coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '[]') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> $2 ORDER BY c.relname`,
    [schema, MIGRATIONS_TABLE],
  );
  const links = await session.query(
    `SELECT DISTINCT child.relname AS child, parent.relname AS parent
     FROM pg_constraint f JOIN pg_class child ON child.oid = f.conrelid JOIN pg_class parent ON parent.oid = f.confrelid
       JOIN pg_namespace n ON n.oid = child.relnamespace
     WHERE f.contype = 'f' AND n.nspname = $1 AND child.oid <> parent.oid`,
    [schema],
  );
  const tables = z
    .array(TableRow)
    .parse(found)
    .map((row): Table => ({ schema, ...row }));
  return parentsFirst(tables, z.array(LinkRow).parse(links));
}

/** Names of the migrations that a schema has seen, in order; undefined when it keeps no record or is not there. */
export async function migrationsIn(session: Session, schema: string): Promise<readonly string[] | undefined> {
  const [record] = await session.query(`SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2`, [
    schema,
    MIGRATIONS_TABLE,
  ]);
  if (record === undefined) return undefined;
  return z
    .array(NameRow)
    .parse(
      await session.query(`SELECT name FROM ${quoted(schema)}.${quoted(MIGRATIONS_TABLE)} ORDER BY timestamp, name`),
    )
    .map(({ name }) => name);
}

/** Schemas that hold tables and are not PostgreSQL's own. */
export async function schemasWithTables(session: Session): Promise<readonly string[]> {
  const found = await session.query(
    `SELECT DISTINCT schemaname AS name FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema' ORDER BY 1`,
  );
  return z
    .array(NameRow)
    .parse(found)
    .map(({ name }) => name);
}

/** Those of the tables that hold a row. */
export async function filled(session: Session, tables: readonly Table[]): Promise<readonly Table[]> {
  const holding: Table[] = [];
  for (const table of tables)
    if ((await session.query(`SELECT 1 FROM ${tableName(table)} LIMIT 1`)).length > 0) holding.push(table);
  return holding;
}

/** Tables that point at each other in a ring come last, in any order: the database will say what it thinks of that. */
function parentsFirst(tables: readonly Table[], links: readonly z.output<typeof LinkRow>[]): readonly Table[] {
  const sorted: Table[] = [];
  let left = tables;
  while (left.length > 0) {
    const waiting = (name: string): boolean =>
      links.some(({ child, parent }) => child === name && left.some((table) => table.name === parent));
    const ready = left.filter(({ name }) => !waiting(name));
    sorted.push(...(ready.length > 0 ? ready : left));
    left = ready.length > 0 ? left.filter((table) => !ready.includes(table)) : [];
  }
  return sorted;
}
