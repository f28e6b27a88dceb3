import { tellable } from '@isolith/contracts';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Client, Pool, type ClientBase, type PoolClient } from 'pg';
import {
  endPool,
  leftInTransaction,
  takeFrom,
  type Checkout,
  type ConnectionSource,
  loadOf,
  type PoolLoad,
  pinSession,
  SeparateStatements,
  lossOf,
  owesAnswer,
  watchConnection,
} from '@isolith/postgres/internal';
import { EngineUpkeep } from './engine-upkeep.js';
import type { OpenEngine } from './open-engine.js';

/**
 * Only a backstop: at a thousand units a second this is a queue of sixty thousand, and a unit that waits for itself is
 * refused at once.
 */
const WAIT_MS = 60_000;
const NO_TRIPS = 'the engine is in this process: there are no round trips to save';

/** The one session of an embedded engine, handed out to one caller at a time. */
export class PgliteSource implements ConnectionSource {
  readonly #open: OpenEngine;
  readonly #pool: Pool;
  readonly #upkeep: EngineUpkeep;

  constructor(open: OpenEngine, onProblem: (line: string) => void) {
    this.#open = open;
    // Never idle out: a new client would be a new view of the same session, which brings nothing.
    this.#pool = new Pool(
      Object.assign(createPgConfig(open.engine.pglite), {
        max: 1,
        idleTimeoutMillis: 0,
        connectionTimeoutMillis: WAIT_MS,
        onConnect: async (client: ClientBase) => {
          withoutParsers(client);
          watchConnection(client);
          await pinSession(client, false);
        },
      }),
    );
    this.#pool.on('error', (error) => onProblem(`the embedded database failed: ${error.message}`));
    this.#upkeep = new EngineUpkeep(this, onProblem);
  }

  async checkout(): Promise<Checkout> {
    this.#refuseStopped();
    const client = await takeFrom(this.#pool);
    // The engine answers in microtasks: without a turn of the event loop between two holders, a queue of them would
    // keep timers and sockets waiting until it is empty. Here, after the session was granted: waiters that took their
    // turn before would then run in one go.
    await new Promise(setImmediate);
    if (this.#open.engine.failure !== undefined) client.release(this.#open.engine.failure);
    this.#refuseStopped();
    this.#upkeep.used();
    const handBack = async (error?: Error | boolean): Promise<void> => {
      const failed = await rolledBack(client);
      client.release(error ?? lossOf(client) ?? failed);
    };
    return { client, statements: new SeparateStatements(client, NO_TRIPS), giveBack: (error) => void handBack(error) };
  }

  #refuseStopped(): void {
    if (this.#open.engine.failure !== undefined) throw this.#open.engine.failure;
  }

  load(): PoolLoad {
    return loadOf(this.#pool);
  }

  async close(): Promise<void> {
    this.#upkeep.stop();
    try {
      await endPool(this.#pool);
    } finally {
      await this.#open.stop();
    }
  }
}

/**
 * Dropping the client would not end the session as it does on a server: the next holder would find itself inside of a
 * stranger's transaction. So an open one is rolled back before the session is handed on, also one that a statement
 * under way may just be opening.
 * @returns the error if even that was not possible
 */
async function rolledBack(client: PoolClient): Promise<Error | undefined> {
  if (!leftInTransaction(client) && !owesAnswer(client)) return undefined;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return tellable(error);
  }
}

/**
 * The driver hands a query's own parsers of values on to the connection, as `types`. There they mean nothing, but the
 * engine's takes them for the types of parameters, throws, and leaves the query without an answer.
 */
function withoutParsers(client: ClientBase): void {
  if (!(client instanceof Client)) return;
  const { connection } = client;
  const parse = connection.parse.bind(connection);
  Object.assign(connection, {
    parse: (query: Parameters<typeof parse>[0], more: boolean) => parse({ ...query, types: [] }, more),
  });
}
