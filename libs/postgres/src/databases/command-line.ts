import { tellable } from '@isolith/contracts';
import { escapeIdentifier } from 'pg';
import { DataSource } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { schemaOf, type SchemaOwner } from '../schemas/schema-name.js';
import { examineServer } from '../surroundings/examine-server.js';
import type { Checkout, ConnectionSource } from '../connections/connection-source.js';
import { ContextPool } from '../pools/context-pool.js';
import { contextOptions, patientSession, prepareSession, type ContextSpec } from './open-context.js';
import { openSource } from '../pools/open-source.js';
import { checkContext, checkTarget, type DatabaseTarget } from '../targets/target.js';

/**
 * A context's DataSource for TypeORM's command line, which initialises and destroys it: `migration:run`, `:revert`,
 * `:show`, `:generate`. Like a host it holds the migration lock of the context and makes its schema, and unqualified
 * names mean the context's schema.
 * @throws Error if the target or the context's name is not valid; what is wrong with the database comes out of
 *   `initialize()`
 */
export function commandLineSource(spec: ContextSpec, target: DatabaseTarget): DataSource {
  checkContext(spec);
  checkTarget(spec.context, target);
  const source = new DataSource(contextOptions(spec, new OwnPool(spec.context, new MigrationSessions(spec, target))));
  // Asked for it, the sessions would name the context's own schema, and the ORM would leave that out of what it
  // generates.
  if (source.driver instanceof PostgresDriver) source.driver.searchSchema = 'public';
  return source;
}

/** Nobody else stands before this source: whoever ends the pool ends it. */
class OwnPool extends ContextPool {
  constructor(
    context: string,
    private readonly sessions: MigrationSessions,
  ) {
    super(context, sessions);
  }

  override end(done: (error?: Error) => void): void {
    this.sessions.close().then(
      () => done(),
      (error: unknown) => done(tellable(error)),
    );
  }
}

/**
 * untouched --first checkout--> preparing (connects, waits for the lock, makes the schema) --> open --close--> closed
 *
 * On a server one session more than those handed out keeps the lock until the end: the lock belongs to a session, and
 * the ORM takes and returns several. The embedded engine has one session, and nobody else can be in its folder.
 */
class MigrationSessions implements ConnectionSource {
  #opened: Promise<{ readonly source: ConnectionSource; readonly keeper: Checkout | undefined }> | undefined;

  constructor(
    private readonly owner: SchemaOwner,
    private readonly target: DatabaseTarget,
  ) {}

  async checkout(): Promise<Checkout> {
    this.#opened ??= this.#open();
    const { source } = await this.#opened;
    const checkout = await source.checkout();
    try {
      await checkout.client.query(`SELECT set_config('search_path', $1, false)`, [
        `${escapeIdentifier(schemaOf(this.owner))}, public`,
      ]);
      if (this.target.kind === 'postgres') {
        patientSession(checkout.client);
        await checkout.client.query(`SET statement_timeout = '10min'`);
      }
      return checkout;
    } catch (error) {
      checkout.giveBack(true);
      throw error;
    }
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    opened?.keeper?.giveBack(true);
    await opened?.source.close();
  }

  async #open() {
    const isServer = this.target.kind === 'postgres';
    const source = await openSource(isServer ? { ...this.target, poolSize: 3 } : this.target, {
      tell: (line) => process.stderr.write(`${line}\n`),
    });
    try {
      if (this.target.kind === 'postgres')
        await examineServer(
          source,
          this.target,
          this.target.variable ?? `the database of context '${this.owner.context}'`,
        );
      const keeper = await source.checkout();
      patientSession(keeper.client);
      await prepareSession(
        async (text, values) => (await keeper.client.query(text, values)).rows,
        this.owner,
        isServer,
      );
      if (isServer) return { source, keeper };
      keeper.giveBack();
      return { source, keeper: undefined };
    } catch (error) {
      await source.close();
      throw error;
    }
  }
}
