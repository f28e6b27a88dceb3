import { Client, Query, type Connection, type PoolClient } from 'pg';
import { wireValues, type WireValue } from './wire-values.js';
import { awaitAnswer } from './watched-connection.js';

// What the driver keeps of a session; its typings leave it out.
declare module 'pg' {
  interface Connection {
    /** The text of each statement that the session has prepared, by name. */
    readonly parsedStatements: Record<string, string | undefined>;
    readonly submittedNamedStatements: Record<string, string | undefined>;
  }
}

export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface StatementResult<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
  readonly command: string;
}

export const BEGIN = { name: 'isolith-begin', text: 'BEGIN' } as const;
export const COMMIT = { name: 'isolith-commit', text: 'COMMIT' } as const;

/** Connections on which it is worth the while: behind a network. The embedded engine has no such thing as a round trip. */
const groupers = new WeakSet<object>();

export function mayGroup(client: PoolClient): void {
  // Another version of the driver may keep it elsewhere; then each statement goes by itself, as ever.
  if (
    client instanceof Client &&
    typeof Reflect.get(client.connection, 'parsedStatements') === 'object' &&
    typeof Reflect.get(client.connection, 'submittedNamedStatements') === 'object'
  )
    groupers.add(client);
}

/**
 * Statements that are sent and answered as one, with one Sync, behind the last of them: the server skips what follows the first that fails.
 * So a statement whose BEGIN failed does not run, let alone commit by itself, and COMMIT does not run behind a statement that failed: the
 * transaction is open then, and the caller owes its ROLLBACK.
 *
 * Without BEGIN among them and outside of a transaction they are one of their own, which the Sync ends.
 *
 * The driver notes one name per query as prepared, with the first answer to a Parse. So of those that this session has not prepared the
 * first keeps its name, and the others go without for once; their turn comes.
 *
 * @returns the results in order; undefined when this can't be sent as one: a value is of a kind that only the driver knows how to write.
 * Nothing was sent then.
 */
export function grouped<R>(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly StatementResult<R>[]> | undefined {
  if (!groupers.has(client) || !(client instanceof Client)) return undefined;
  const { connection } = client;
  const parts: Part[] = [];
  let prepares: Statement | undefined;
  for (const statement of statements) {
    const values = wireValues(statement.values ?? []);
    if (values === undefined) return undefined;
    const { name, text } = statement;
    // Found out while it is written, it would leave the session in the middle of a message.
    if (typeof text !== 'string') throw new TypeError('the text of a statement must be a string');
    const known = knownText(connection, name);
    // The server goes by the name alone: it would run the other statement.
    if (known !== undefined && known !== text)
      throw new Error(`prepared statements must be unique: '${name}' was used for a different statement`);
    const isFirst = known === undefined && prepares === undefined;
    if (isFirst) prepares = statement;
    parts.push({ name: known !== undefined || isFirst ? (name ?? '') : '', text, values, parse: known === undefined });
  }
  return send(client, parts, prepares ?? statements.at(-1));
}

interface Part {
  readonly name: string;
  readonly text: string;
  readonly values: WireValue[];
  readonly parse: boolean;
}

/** `noted`: what the driver takes the query for. */
async function send<R>(
  client: Client,
  parts: readonly Part[],
  noted: Statement | undefined,
): Promise<readonly StatementResult<R>[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly StatementResult<R>[]>();
  const answered = awaitAnswer(client, parts.length);
  const query = Object.assign(new Query(noted?.text ?? ''), {
    callback: (error: Error | null | undefined, results: StatementResult<R> | StatementResult<R>[]) => {
      answered(error);
      if (error) reject(error);
      // More than one answer in one query: the driver makes it a list.
      else resolve(Array.isArray(results) ? results : [results]);
    },
    // By its name the driver remembers that the session has prepared it.
    name: noted?.name ?? '',
    // What an onlooker at `client.query` is told of it.
    together: parts,
    submit: ({ stream }: Connection) => {
      // One segment on the network, not one per message.
      stream.cork();
      try {
        for (const part of parts) run(client.connection, part);
        client.connection.sync();
      } finally {
        stream.uncork();
      }
      return null;
    },
  });
  client.query(query);
  try {
    return await promise;
  } catch (error) {
    // The driver made it while it read from the network; what helps is who asked.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

/** What the session has prepared, or is about to, by this name. */
function knownText(
  { parsedStatements, submittedNamedStatements }: Connection,
  name: string | undefined,
): string | undefined {
  return name === undefined ? undefined : (parsedStatements[name] ?? submittedNamedStatements[name]);
}

function run(connection: Connection, { name, text, values, parse }: Part): void {
  if (parse) {
    connection.parse({ name, text, types: [] }, true);
    if (name !== '') connection.submittedNamedStatements[name] = text;
  }
  connection.bind({ statement: name, values }, true);
  // These yield no rows; of any other statement nobody knows.
  if (text !== BEGIN.text && text !== COMMIT.text) connection.describe({ type: 'P' }, true);
  connection.execute(null, true);
}
