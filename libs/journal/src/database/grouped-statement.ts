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
  if (client instanceof Client && typeof Reflect.get(client.connection, 'parsedStatements') === 'object' && typeof Reflect.get(client.connection, 'submittedNamedStatements') === 'object') groupers.add(client);
}

/**
 * A statement with BEGIN before or COMMIT behind it, sent and answered as one. They have one Sync, behind the last of them: the server
 * skips what follows the first that fails. So a statement whose BEGIN failed does not run, let alone commit by itself, and COMMIT does
 * not run behind a statement that failed: the transaction is open then, and the caller owes its ROLLBACK.
 *
 * @returns the results in order; undefined when this can't be sent as one: the session has not prepared BEGIN or COMMIT yet, or a value is
 * of a kind that only the driver knows how to write. Nothing was sent then.
 */
export function grouped<R>(client: PoolClient, statement: Statement, with_: { readonly begin?: boolean; readonly commit?: boolean }): Promise<readonly StatementResult<R>[]> | undefined {
  if (!groupers.has(client) || !(client instanceof Client)) return undefined;
  const { parsedStatements } = client.connection;
  if (with_.begin === true && parsedStatements[BEGIN.name] === undefined) return undefined;
  if (with_.commit === true && parsedStatements[COMMIT.name] === undefined) return undefined;
  const values = wireValues(statement.values ?? []);
  // Found out while it is written, it would leave the session in the middle of a message.
  if (typeof statement.text !== 'string') throw new TypeError('the text of a statement must be a string');
  const known = knownText(client.connection, statement);
  // The server goes by the name alone: it would run the other statement.
  if (known !== undefined && known !== statement.text) throw new Error(`prepared statements must be unique: '${statement.name}' was used for a different statement`);
  const together = [with_.begin === true ? [BEGIN.text] : [], statement.text, with_.commit === true ? [COMMIT.text] : []].flat();
  return values && send(client, { name: statement.name ?? '', text: statement.text, together }, (connection) => {
    if (with_.begin === true) run(connection, BEGIN.name);
    prepareAndRun(connection, statement, values);
    if (with_.commit === true) run(connection, COMMIT.name);
  });
}

/** `together`: what an onlooker at `client.query` is told of it. */
async function send<R>(client: Client, { text, ...shown }: { readonly name: string; readonly text: string; readonly together: readonly string[] }, write: (connection: Connection) => void): Promise<readonly StatementResult<R>[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly StatementResult<R>[]>();
  const answered = awaitAnswer(client);
  const query = Object.assign(new Query(text), {
    callback: (error: Error | null | undefined, results: StatementResult<R> | StatementResult<R>[]) => {
      answered();
      if (error) reject(error);
      // More than one answer in one query: the driver makes it a list.
      else resolve(Array.isArray(results) ? results : [results]);
    },
    // By its name the driver remembers that the session has prepared it.
    ...shown,
    submit: ({ stream }: Connection) => {
      // One segment on the network, not one per message.
      stream.cork();
      try {
        write(client.connection);
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

/** What the session has prepared, or is about to, by the name of this statement. */
function knownText({ parsedStatements, submittedNamedStatements }: Connection, { name }: Statement): string | undefined {
  return name === undefined ? undefined : (parsedStatements[name] ?? submittedNamedStatements[name]);
}

function prepareAndRun(connection: Connection, statement: Statement, values: WireValue[]): void {
  const { name, text } = statement;
  if (knownText(connection, statement) === undefined) {
    connection.parse({ name: name ?? '', text, types: [] }, true);
    if (name !== undefined) connection.submittedNamedStatements[name] = text;
  }
  connection.bind({ statement: name ?? '', values }, true);
  connection.describe({ type: 'P' }, true);
  connection.execute(null, true);
}

function run(connection: Connection, name: string): void {
  connection.bind({ statement: name }, true);
  connection.execute(null, true);
}
