import type { DataSource } from 'typeorm';
import { contextJournal, type ContextJournal } from '../context/context-journal.js';
import {
  type ConnectionSource,
  connectContext,
  openSource,
  checkTarget,
  targetKey,
  migrationsIn,
  examineServer,
} from '@isolith/postgres/internal';
import type { ContextSpec, DatabaseTarget } from '@isolith/postgres';

/** The contexts of a program whose tables are there, as they are: nothing is made or migrated. */
export class KnownContexts {
  readonly journals = new Map<string, ContextJournal>();
  readonly #sources = new Map<string, ConnectionSource>();
  readonly #open: DataSource[] = [];

  constructor(
    private readonly targetOf: (context: string) => DatabaseTarget,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * Opens one of them. Yields what keeps it from being looked at, if anything does.
   * @throws DatabaseRefusedError, DataDirInUseError
   */
  async open(spec: ContextSpec): Promise<string | undefined> {
    const source = await this.#source(spec.context);
    const dataSource = await connectContext(spec, source);
    this.#open.push(dataSource);
    const journal = contextJournal(spec, async () => dataSource);
    const there = await migrationsIn(
      { query: (text, values) => dataSource.query(text, [...(values ?? [])]) },
      journal.schema,
    );
    if (there === undefined) return 'has no tables yet';
    const missing = spec.migrations
      .map((Migration) => new Migration().name ?? Migration.name)
      .filter((name) => !there.includes(name));
    if (missing.length > 0)
      return `its tables are of an older version of this program (${missing.join(', ')}): start a host of it once, which brings them up to date, and try again then`;
    this.journals.set(spec.context, journal);
    return undefined;
  }

  async close(): Promise<void> {
    for (const dataSource of this.#open.splice(0)) await dataSource.destroy();
    for (const source of this.#sources.values()) await source.close();
    this.#sources.clear();
  }

  async #source(context: string): Promise<ConnectionSource> {
    const target = this.targetOf(context);
    checkTarget(context, target);
    const key = targetKey(target);
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source = await openSource(target, { tell: this.tell });
    this.#sources.set(key, source);
    if (target.kind === 'postgres')
      await examineServer(source, target, target.variable ?? `the database of ${context}`);
    return source;
  }
}
