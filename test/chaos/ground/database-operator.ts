import { Client, escapeIdentifier, type QueryResultRow } from 'pg';
import type { z } from 'zod';
import type { FreshDatabase } from '../../support/database.js';

/** Its own sessions, which no fault of the database is meant for. */
const NAME = 'operator';

/** Whoever looks after the database: changes its settings, and ends sessions so that the next ones have them. */
export class DatabaseOperator {
  constructor(private readonly database: Pick<FreshDatabase, 'url' | 'name'>) {}

  /** The name of the database, to be put into a statement. */
  get quotedName(): string {
    return escapeIdentifier(this.database.name);
  }

  /** Each statement by itself, in a session that was opened now. */
  async execute(...statements: readonly string[]): Promise<void> {
    await this.session(async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }

  /** One question, in a session that was opened now. */
  query<S extends z.ZodType>(row: S, sql: string, values: readonly unknown[] = []): Promise<z.output<S>[]> {
    return this.session(async (client) => {
      const { rows } = await client.query<QueryResultRow>(sql, [...values]);
      return rows.map((found) => row.parse(found));
    });
  }

  /** @returns how many sessions of the shop were ended */
  endSessions(): Promise<number> {
    return this.session(async (client) => {
      const { rowCount } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> $1',
        [NAME],
      );
      return rowCount ?? 0;
    });
  }

  /** @param use works on one session, opened before whatever comes later */
  async session<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.database.url, application_name: NAME });
    // A server that is taken away tells by the query that fails.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }
}
