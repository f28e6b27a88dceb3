import type { DataSource, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { poolOf } from './context-pool.js';
import type { Statement, StatementResult } from '../connections/statement.js';
import { reached, withoutValues } from '../connections/database-errors.js';

export type { StatementResult };

/**
 * A connection, past the ORM: a query runner can't name a prepared statement. `R` is the shape that the SQL yields; the
 * SQL beside a call is what proves it.
 */
export interface PgClient {
  query<R>(statement: Statement): Promise<StatementResult<R>>;
}

/** What TypeORM's query runner holds. */
export async function clientOf(runner: QueryRunner): Promise<PoolClient> {
  const client: PoolClient = await runner.connect();
  return client;
}

/** Runs statements on a connection of their own, outside of any transaction. Throws as `reached` does. */
export async function onConnection<T>(dataSource: DataSource, work: (client: PgClient) => Promise<T>): Promise<T> {
  try {
    const lease = await reached(poolOf(dataSource).lease());
    try {
      return await reached(work(lease));
    } finally {
      lease.giveBack();
    }
  } catch (error) {
    throw withoutValues(error);
  }
}
