import { resolve } from 'node:path';
import type { ClientConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { schemaObjection, type SchemaOwner } from '../schemas/schema-name.js';
import { connectionOf, decoded } from '../connections/connection-url.js';

/**
 * Where a context keeps its rows.
 * - `pglite`: the embedded engine; `dataDir` is a folder of this host's own, or `memory://` for a database that ends
 *   with its `Databases`.
 * - `postgres`: `url` is a connection string (it may hold a password and is never put into a message), `poolSize` the
 *   most connections that this process opens to it, 1 or more, `variable` what people set to name it, `owner` the
 *   context whose role the URL is to name, where that is another one. `shared`: the connections are those of an
 *   application's own DataSource, and the URL is only what tells where they lead.
 */
export type DatabaseTarget =
  | { readonly kind: 'pglite'; readonly dataDir: string }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly poolSize: number;
      readonly variable?: string;
      readonly owner?: string;
      readonly shared?: SharedDataSource;
    };

export type PostgresTarget = Extract<DatabaseTarget, { readonly kind: 'postgres' }>;

export interface SharedDataSource {
  readonly dataSource: DataSource;
  /** For a session beside those of its pool. */
  readonly connection: ClientConfig;
}

/** How a session of its own is got there. */
export const connectionFor = ({ url, shared }: PostgresTarget): ClientConfig => shared?.connection ?? connectionOf(url);

export const MEMORY = 'memory://';

/** Two contexts with the same key share one pool. Holds the URL: not for messages. */
export function targetKey(target: DatabaseTarget): string {
  if (target.kind === 'postgres') return `${target.shared === undefined ? 'postgres' : 'shared'} ${target.url}`;
  return target.dataDir === MEMORY ? 'pglite memory' : `pglite ${resolve(target.dataDir)}`;
}

/** Where it is, for people: never with an account. */
export function targetLabel(target: DatabaseTarget): string {
  if (target.kind === 'pglite')
    return target.dataDir === MEMORY ? 'a database in memory' : `the folder ${resolve(target.dataDir)}`;
  if (!URL.canParse(target.url)) return 'a PostgreSQL database';
  const { host, pathname } = new URL(target.url);
  return `database ${decoded(pathname.slice(1)) || '(default)'} at ${host || 'this machine'}`;
}

/** Refuses a target that cannot be meant, naming the context and the field. */
export function checkTarget(context: string, target: DatabaseTarget): void {
  if (target.kind === 'pglite') {
    if (target.dataDir.trim() === '') throw new Error(`The database of context '${context}': dataDir is empty.`);
    return;
  }
  if (!Number.isSafeInteger(target.poolSize) || target.poolSize < 1) {
    throw new Error(
      `The database of context '${context}': poolSize must be a whole number of 1 or more, not ${target.poolSize}.`,
    );
  }
  if (!/^postgres(ql)?:\/\//.test(target.url)) {
    throw new Error(`The database of context '${context}': url must begin with postgres:// or postgresql://.`);
  }
}

/**
 * Where no schema is stated a context's name is that of its schema, so it must be one that PostgreSQL takes as it is
 * and does not keep for itself.
 */
export function checkContext({ context, schema }: SchemaOwner): void {
  if (
    !/^[a-z][a-z0-9_-]{0,62}$/.test(context) ||
    context.startsWith('pg_') ||
    context === 'public' ||
    context === 'information_schema'
  ) {
    throw new Error(
      `'${context}' cannot name a context's schema: lower-case letters, digits, - and _ after a first letter, 63 at most, not a name of PostgreSQL's own.`,
    );
  }
  const objection = schema === undefined ? undefined : schemaObjection(schema);
  if (objection !== undefined) throw new Error(`The schema of context '${context}': '${schema}' ${objection}.`);
}
