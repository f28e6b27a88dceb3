import { Query, type Client, type Connection } from 'pg';
import type { SessionStatements } from './session-statements.js';
import { SeparateStatements } from './separate-statements.js';
import { BEGIN, COMMIT, type Statement, type StatementResult } from './statement.js';
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

/**
 * Statements that are sent and answered as one, with one Sync, behind the last of them: the server skips what follows
 * the first that fails. So a statement whose BEGIN failed does not run, let alone commit by itself, and COMMIT does not
 * run behind a statement that failed: the transaction is open then, and the caller owes its ROLLBACK.
 *
 * Without BEGIN among them and outside of a transaction they are one of their own, which the Sync ends.
 *
 * The driver notes one name per query as prepared, with the first answer to a Parse. So of those that this session has
 * not prepared the first keeps its name, and the others go without for once; their turn comes.
 *
 * Writes past the driver's own queries, by what `statementsOf` has looked for. One that has a value of a kind that only
 * the driver knows how to write, or options for it, is the driver's.
 */
export class GroupedStatements implements SessionStatements {
  readonly singly = undefined;
  private readonly separate: SeparateStatements;

  constructor(private readonly client: Client) {
    this.separate = new SeparateStatements(client, 'only the driver can write it');
  }

  async send<R>(statement: Statement): Promise<StatementResult<R>> {
    const sent = this.sendAsOne<R>([statement]);
    if (sent === undefined) return this.separate.send(statement);
    const [result] = await sent;
    return result ?? { rows: [], rowCount: null, command: '' };
  }

  sendAsOne<R>(statements: readonly Statement[]): Promise<readonly StatementResult<R>[]> | undefined {
    const { connection } = this.client;
    const parts: Part[] = [];
    let prepares: Statement | undefined;
    for (const statement of statements) {
      if (statement.driver !== undefined) return undefined;
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
      parts.push({
        name: known !== undefined || isFirst ? (name ?? '') : '',
        text,
        values,
        parse: known === undefined,
      });
    }
    return send(this.client, parts, prepares ?? statements.at(-1));
  }
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
