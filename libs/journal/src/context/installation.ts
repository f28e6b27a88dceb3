import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from './context-journal.js';

const rows = z.tuple([z.object({ id: z.string() })]);

/**
 * The id of the installation that a context's rows belong to, a uuid; the first call of all draws it. It stays with the
 * rows:
 * `move-data`, a dump and a restore carry it along, so a database that got a copy is the same installation, and one
 * that was begun anew is another.
 */
export async function installationOf(journal: ContextJournal): Promise<string> {
  const table = `${quoted(journal.schema)}.installation`;
  return onConnection(await journal.dataSource(), async (client) => {
    // Two statements: one would not see the row of a host that draws at the same moment.
    await client.query({ text: `INSERT INTO ${table} DEFAULT VALUES ON CONFLICT DO NOTHING`, values: [] });
    const found = await client.query<unknown>({ text: `SELECT id FROM ${table}`, values: [] });
    return rows.parse(found.rows)[0].id;
  });
}
