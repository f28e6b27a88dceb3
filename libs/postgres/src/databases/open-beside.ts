import { DataSource } from 'typeorm';
import { poolOf, standsBehind } from '../pools/context-pool.js';
import { contextOptions, type EntityClass } from './open-context.js';

/** Where an application's tables are that says nothing else. */
const PUBLIC = 'public';

/**
 * A DataSource over the same connections as one that `Databases` has opened, in the schema of an application's own
 * tables, which are made to suit these entities. For tests. Destroy it before the databases close.
 */
export async function openBeside(opened: DataSource, entities: readonly EntityClass[]): Promise<DataSource> {
  const pool = poolOf(opened).besides(PUBLIC);
  const options = contextOptions({ context: PUBLIC, entities, migrations: [] }, pool);
  const dataSource = new DataSource({ ...options, synchronize: true });
  standsBehind(pool, dataSource);
  return dataSource.initialize();
}
