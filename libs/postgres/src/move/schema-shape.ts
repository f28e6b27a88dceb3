import { z } from 'zod';
import { MIGRATIONS_TABLE } from '../schemas/migrations-table.js';
import { quoted } from '../schemas/quoted.js';
import type { Session } from '../connections/session.js';

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

/** What is made of a context's journal bears this comment: it is no data, and is made anew where it is missing. */
export const DERIVED = 'derived: made anew from the journal';

/**
 * The tables of a schema without the record of its migrations and what is derived; each after those that its foreign
 * keys point to.
 */
export async function tablesOf(session: Session, schema: string): Promise<readonly Table[]> {
  const found = await session.query(
    `SELECT c.relname AS name,
       coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '[]') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> $2
       AND obj_description(c.oid, 'pg_class') IS DISTINCT FROM $3 ORDER BY c.relname`,
    [schema, MIGRATIONS_TABLE, DERIVED],
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
