import { currentScope, runAs } from '@isolith/message-bus';
import { ContextDatabase, contextJournal, UnitOfWork, journalMigrations, type ContextJournal } from '../index.js';
import { FencedReader } from '../relay/fenced-reader.js';
import { SingleSessionReader, type JournalReader } from '../relay/journal-reader.js';
import { Databases, type EntityClass, type MigrationClass } from '@isolith/postgres';
import { openTestDatabase } from '@isolith/postgres/testing';

/** What `openTestContext` opens. */
export interface TestContextOptions {
  readonly context: string;
  /** The context's own migrations; the journal's are added. */
  readonly migrations?: readonly MigrationClass[];
  readonly entities?: readonly EntityClass[];
}

/** A context with a database of its own. Close it after use. */
export interface TestContext {
  readonly unit: UnitOfWork;
  readonly database: ContextDatabase;
  /** For what is built on a journal itself: an inbox, a relay. */
  readonly journal: ContextJournal;
  /** A reader of its journal, of the kind that its database needs. */
  reader(): JournalReader;
  close(): Promise<void>;
}

/** A spec handles no message: its units run as the context itself. */
class TestUnitOfWork extends UnitOfWork {
  constructor(private readonly own: ContextJournal) {
    super(own);
  }

  override run<T>(work: () => Promise<T>): Promise<T> {
    return this.asContext(() => super.run(work));
  }

  override intent<T>(work: () => Promise<T>): Promise<T> {
    return this.asContext(() => super.intent(work));
  }

  private asContext<T>(work: () => Promise<T>): Promise<T> {
    return currentScope() === undefined ? runAs(this.own.context, work) : work();
  }
}

/**
 * Opens a database with the journal's and the given migrations: in memory or, after `testsRunOnServer()`, on a
 * PostgreSQL server. Code under test gets the real thing.
 */
export async function openTestContext({
  context,
  migrations = [],
  entities = [],
}: TestContextOptions): Promise<TestContext> {
  const place = await openTestDatabase();
  const databases = new Databases({ targetOf: () => place.target }, place.driver);
  const dataSource = await databases.open({ context, entities, migrations: [...journalMigrations, ...migrations] });
  const journal = contextJournal({ context }, async () => dataSource);
  return {
    unit: new TestUnitOfWork(journal),
    database: new ContextDatabase(journal),
    journal,
    reader: () => (place.target.kind === 'pglite' ? new SingleSessionReader(journal) : new FencedReader(journal)),
    close: async () => {
      await databases.close();
      await place.drop();
    },
  };
}
