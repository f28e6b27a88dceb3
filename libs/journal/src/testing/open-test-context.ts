import { currentScope, runAs } from '@isolith/message-bus';
import {
  ContextDatabase, contextJournal, Databases, EventStore, UnitOfWork, journalMigrations, type ContextJournal, type EntityClass, type MigrationClass,
} from '../index.js';

export interface TestContextOptions {
  readonly context: string;
  /** The context's own migrations; the journal's are added. */
  readonly migrations?: readonly MigrationClass[];
  readonly entities?: readonly EntityClass[];
}

/** A context with a database of its own in memory. Close it after use. */
export interface TestContext {
  readonly unit: UnitOfWork;
  readonly database: ContextDatabase;
  readonly store: EventStore;
  /** For what is built on a journal itself: an inbox, a relay. */
  readonly journal: ContextJournal;
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

/** Opens an in-memory database with the journal's and the given migrations; code under test gets the real thing. */
export async function openTestContext({ context, migrations = [], entities = [] }: TestContextOptions): Promise<TestContext> {
  const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) });
  const dataSource = await databases.open({ context, entities, migrations: [...journalMigrations, ...migrations] });
  const journal = contextJournal(context, async () => dataSource);
  return {
    unit: new TestUnitOfWork(journal),
    database: new ContextDatabase(journal),
    store: new EventStore(journal),
    journal,
    close: () => databases.close(),
  };
}
