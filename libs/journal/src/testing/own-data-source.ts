import type { Databases, EntityClass } from '@isolith/postgres';
import { openBeside } from '@isolith/postgres/internal';
import type { DataSource } from 'typeorm';
import { joinUnits } from '../unit/data-source-in-units.js';

/**
 * What an application's own DataSource is to its modules, in the database that contexts under test are in too: with
 * tables for its entities where it looks for them, and repositories that take part in units of work. Destroy it before
 * the databases close.
 */
export async function openOwnDataSource(databases: Databases, entities: readonly EntityClass[]): Promise<DataSource> {
  const first = await databases.open({ context: 'own-data-source', entities: [], migrations: [] });
  const dataSource = await openBeside(first, entities);
  joinUnits(dataSource);
  return dataSource;
}
