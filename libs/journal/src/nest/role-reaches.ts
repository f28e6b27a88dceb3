import { onConnection, outsideOfUnits, reachOf, reachWarning, type Owners } from '@isolith/postgres/internal';
import type { ContextJournal } from '../index.js';
import type { DatabaseTarget } from '@isolith/postgres';
import type { Report } from '../subscriptions/subscriber.js';

/** A role of the database by which contexts of this host reach more than their own rows. */
export interface RoleBeyond {
  /** Who works with it. */
  readonly contexts: readonly string[];
  /** A sentence that begins with the variable. */
  readonly warning: string;
}

/** Schemas come and go while a host runs, and so do rights; nothing is decided by them. */
const LOOK_AGAIN_MS = 60_000;

interface Shared {
  readonly journal: ContextJournal;
  readonly variable: string;
  /** Every context with all schemas that are its own. */
  readonly owners: Map<string, Set<string>>;
}

/**
 * What the roles of a host's contexts reach; one role for each database and account. Says a finding when it was none at
 * the look before.
 */
export class RoleReaches {
  #found: readonly RoleBeyond[] = [];
  #lookedAt: number | undefined;

  constructor(
    private readonly journals: () => Iterable<ContextJournal>,
    private readonly targetOf: (context: string) => DatabaseTarget,
    private readonly report: Report,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What the last look found. `again`: one that is a minute old is repeated, for whoever asks next. */
  current(again: boolean): readonly RoleBeyond[] {
    if (again && this.#lookedAt !== undefined && this.now() - this.#lookedAt > LOOK_AGAIN_MS) void this.look();
    return this.#found;
  }

  /** Once the databases are open. A database that can't be asked is told of, and left as it was found before. */
  async look(): Promise<void> {
    this.#lookedAt = this.now();
    const before = new Set(this.#found.map(({ warning }) => warning));
    try {
      const found: RoleBeyond[] = [];
      for (const { journal, variable, owners } of this.#roles()) {
        const sentence = await this.#ask(journal, owners);
        if (sentence !== undefined) found.push({ contexts: [...owners.keys()], warning: `${variable}: ${sentence}` });
      }
      this.#found = found;
    } catch (error) {
      this.report('what the roles of the database may do could not be looked up', error);
    }
    for (const { warning } of this.#found) if (!before.has(warning)) this.report(warning);
  }

  async #ask(journal: ContextJournal, owners: Owners): Promise<string | undefined> {
    const dataSource = await journal.dataSource();
    const reach = await outsideOfUnits(() =>
      onConnection(dataSource, (client) =>
        reachOf({
          query: async (text, values = []) => (await client.query<unknown>({ text, values: [...values] })).rows,
        }),
      ),
    );
    return reachWarning(reach, owners);
  }

  #roles(): Iterable<Shared> {
    const byUrl = new Map<string, Shared>();
    for (const journal of this.journals()) {
      const target = this.targetOf(journal.context);
      if (target.kind !== 'postgres') continue;
      const { url, variable = 'DATABASE_URL', owner = journal.context } = target;
      const shared = byUrl.get(url) ?? { journal, variable, owners: new Map<string, Set<string>>() };
      shared.owners.set(owner, (shared.owners.get(owner) ?? new Set()).add(journal.schema));
      byUrl.set(url, shared);
    }
    return byUrl.values();
  }
}
