import { Client, type QueryResultRow } from 'pg';
import type { z } from 'zod';

const LIMIT_MS = 5_000;

/** Reads a database past the shop, over a connection of its own that is made anew when it is lost. */
export class Witness {
  private client: Promise<Client> | undefined;
  private open: Client | undefined;

  constructor(private readonly url: string) {}

  /** Rejects when the database cannot be reached now. */
  async query<S extends z.ZodType>(row: S, sql: string, values: readonly unknown[] = []): Promise<z.output<S>[]> {
    this.client ??= this.connect();
    const client = this.client;
    try {
      const { rows } = await (await client).query<QueryResultRow>(sql, [...values]);
      return rows.map((found) => row.parse(found));
    } catch (error) {
      // Whatever it was, the next question gets a fresh connection.
      if (this.client === client) this.client = undefined;
      await client.then((broken) => broken.end()).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.then((open) => open.end()).catch(() => undefined);
  }

  /** The next question gets a fresh connection. */
  private forget(client: Client): void {
    if (this.open === client) this.client = undefined;
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'witness',
      connectionTimeoutMillis: LIMIT_MS,
      query_timeout: LIMIT_MS,
    });
    client.on('error', () => this.forget(client));
    await client.connect();
    this.open = client;
    return client;
  }
}
