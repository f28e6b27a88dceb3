import { Client, type Connection, type PoolClient } from 'pg';
import { GroupedStatements } from './grouped-statements.js';
import type { SessionStatements } from './session-statements.js';
import { SeparateStatements } from './separate-statements.js';

/**
 * The version whose inside grouped statements use. Another one is entered when
 * `libs/journal/src/databases/session-statements.services.spec.ts` has passed with it.
 */
export const KNOWN_PG = '8.23.1';

/**
 * How statements go on a session that is behind a network: grouped where its driver is the one that is known, else each
 * by itself.
 * @param version of `pg`; undefined when nobody can tell
 */
export function statementsOf(client: PoolClient, version: string | undefined): SessionStatements {
  const singly = (why: string): SessionStatements => new SeparateStatements(client, why);
  if (version === undefined) return singly(`the version of pg can't be read; grouped statements know ${KNOWN_PG}`);
  if (version !== KNOWN_PG) return singly(`pg ${version} is not the version that grouped statements know, ${KNOWN_PG}`);
  if (!(client instanceof Client))
    return singly(`its connections are not those of the copy of pg ${version} that Isolith has`);
  const missing = missingIn(client.connection);
  if (missing.length > 0) return singly(`a connection of pg ${version} has no ${missing.join(', ')}`);
  return new GroupedStatements(client);
}

const METHODS = ['parse', 'bind', 'describe', 'execute', 'sync'] as const;
const TABLES = ['parsedStatements', 'submittedNamedStatements'] as const;

function missingIn(connection: Connection): readonly string[] {
  const lacks =
    (type: string) =>
    (name: string): boolean =>
      typeof Reflect.get(connection, name) !== type;
  return [...METHODS.filter(lacks('function')), ...TABLES.filter(lacks('object'))];
}
