import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { DatabaseTarget } from '../targets/target.js';

/** Where a spec keeps its rows. */
export interface TestDatabase {
  readonly target: DatabaseTarget;
  /** For `Databases`: the version that the driver is to be taken for; undefined: what it is. */
  readonly driver?: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

const SERVER = 'ISOLITH_TEST_DATABASE_URL';
/** More than the few that take turns by chance, few enough for many specs on one server. */
const POOL = 5;

let onServer: { readonly driver?: string } | undefined;

/**
 * From now on the databases of this spec file are on the PostgreSQL that ISOLITH_TEST_DATABASE_URL names, instead of in
 * memory.
 * @param how `driver`: the version that the driver is taken for
 */
export function testsRunOnServer(how: { readonly driver?: string } = {}): void {
  onServer = how;
}

/** A new, empty database for one spec: in memory or, after `testsRunOnServer()`, on the server. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (onServer === undefined) return { target: { kind: 'pglite', dataDir: 'memory://' }, drop: async () => undefined };
  const created = await createServerDatabase();
  return { target: { kind: 'postgres', url: created.url, poolSize: POOL }, ...onServer, drop: () => created.drop() };
}

/**
 * A new, empty database on the server that ISOLITH_TEST_DATABASE_URL names.
 * @param how what else CREATE DATABASE is to be told
 * @throws Error in one line if the variable is not set
 */
export async function createServerDatabase(how = ''): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = process.env[SERVER];
  if (server === undefined || server === '')
    throw new Error(
      `${SERVER} is not set: run this through "npm test", or through "npm run services -- exec <command>"`,
    );
  const name = `isolith_${randomUUID().replaceAll('-', '')}`;
  // template0 has no connections, which CREATE DATABASE would refuse to copy.
  await tell(server, `CREATE DATABASE ${name} TEMPLATE template0 ${how}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => tell(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function tell(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
