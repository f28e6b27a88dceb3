import { resolve } from 'node:path';

/**
 * Where a context keeps its rows.
 * - `pglite`: the embedded engine; `dataDir` is a folder of this host's own, or `memory://` for a database that ends with its `Databases`.
 * - `postgres`: `url` is a connection string (it may hold a password and is never put into a message), `poolSize` the most connections
 *   that this process opens to it, 1 or more.
 */
export type DatabaseTarget =
  | { readonly kind: 'pglite'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number };

export const MEMORY = 'memory://';

/** Two contexts with the same key share one pool. Holds the URL: not for messages. */
export function targetKey(target: DatabaseTarget): string {
  if (target.kind === 'postgres') return `postgres ${target.url}`;
  return target.dataDir === MEMORY ? 'pglite memory' : `pglite ${resolve(target.dataDir)}`;
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

/** A context's name is its schema's name, so it must be one that PostgreSQL takes as it is and does not keep for itself. */
export function checkContextName(context: string): void {
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
}
