import type { DataSource, QueryRunner } from 'typeorm';
import { reached, withoutValues } from './database-errors.js';

export interface StatementResult<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
  readonly command: string;
}

/**
 * What TypeORM's query runner holds: the client of `pg`. Statements go to it directly, because a query runner can't
 * name a prepared statement. `R` is the shape that the SQL yields; the SQL beside a call is what proves it.
 */
export interface PgClient {
  query<R>(statement: { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] }): Promise<StatementResult<R>>;
}

export async function clientOf(runner: QueryRunner): Promise<PgClient> {
  const client: PgClient = await runner.connect();
  return client;
}

/** Runs statements on a connection of their own, outside of any transaction. Throws as `reached` does. */
export async function onConnection<T>(dataSource: DataSource, work: (client: PgClient) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    return await reached(clientOf(runner).then(work));
  } catch (error) {
    throw withoutValues(error);
  } finally {
    await runner.release();
  }
}
