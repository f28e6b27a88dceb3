import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { countingRows } from '../../contestants/journal/added-rows.ts';
import { POOL_SIZE } from '../../contestants/journal/line-added.ts';
import type { Measured, Surroundings, Work } from '../../harness/contestant.ts';

/** An event store on a pool that is as large as the others'. */
export async function openStore({ databaseUrl }: Surroundings) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  const store = getPostgreSQLEventStore(databaseUrl, {
    schema: { autoMigration: 'None' },
    connectionOptions: { pool },
  });
  await store.schema.migrate();
  return {
    store,
    counting: (events: number, run: (work: Work) => Promise<Measured>) =>
      countingRows({ pool, table: 'emt_messages', position: 'global_position' }, events, run),
    close: async (): Promise<void> => {
      await store.close();
      await pool.end();
    },
  };
}
