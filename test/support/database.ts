import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import { services } from './services.js';

export interface FreshDatabase {
  readonly url: string;
  readonly name: string;
  /** Disconnects whoever is still there. */
  drop(): Promise<void>;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({
    connectionString: services().postgresUrl,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** An empty PostgreSQL database that no other spec file uses. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `isolith_${randomBytes(8).toString('hex')}`;
  // template0 has no other connections, which CREATE DATABASE would refuse to copy.
  await onServer(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE template0`);
  const url = new URL(services().postgresUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => onServer(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
  };
}
