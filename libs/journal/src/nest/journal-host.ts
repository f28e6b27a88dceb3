import { Logger } from '@nestjs/common';
import type { MessageRouter } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import type { DataSource } from 'typeorm';
import {
  contextJournal, ContextInbox, FencedReader, JournalSignal, journalMigrations, SingleSessionReader, SubscriptionRelays, type ContextJournal,
  type Databases, type DatabaseTarget, type EntityClass, type JournalReader, type MigrationClass, type RelayStatus,
} from '../index.js';

/** What a context's module states about its data. */
export interface JournalFeature {
  readonly context: string;
  /** TypeORM entities, for those who use the unit's manager. */
  readonly entities?: readonly EntityClass[];
  /** The context's own migrations; the journal's are added. */
  readonly migrations?: readonly MigrationClass[];
}

interface Registered {
  readonly journal: ContextJournal;
  readonly entities: Set<EntityClass>;
  readonly migrations: Set<MigrationClass>;
  readonly opened: PromiseWithResolvers<DataSource>;
}

/**
 * The journals of a host: opens the database of each context that a module registered, relays its events, closes all.
 * A unit of work that is asked for before its database is open waits for it.
 */
export class JournalHost implements HostParticipant {
  readonly name = 'journal';
  private readonly logger = new Logger('Journal');
  private readonly signal = new JournalSignal();
  private readonly contexts = new Map<string, Registered>();
  private readonly relays: SubscriptionRelays;

  constructor(
    private readonly databases: Databases,
    private readonly targetOf: (context: string) => DatabaseTarget,
    private readonly router: MessageRouter,
    lifecycle: HostLifecycle,
  ) {
    this.relays = new SubscriptionRelays({
      deliver: (events, to, signal) => router.deliver(events, to, signal),
      report: (message, err) => this.logger.warn({ message, err }),
    });
    lifecycle.join(this);
  }

  /** Several modules may state parts of one context's data; they share one journal. */
  register({ context, entities = [], migrations = [] }: JournalFeature): ContextJournal {
    const registered = this.contexts.get(context) ?? this.add(context);
    for (const entity of entities) registered.entities.add(entity);
    for (const migration of migrations) registered.migrations.add(migration);
    return registered.journal;
  }

  async open(): Promise<void> {
    for (const [context, { entities, migrations, opened }] of this.contexts) {
      try {
        opened.resolve(await this.databases.open({ context, entities: [...entities], migrations: [...migrations] }));
      } catch (error) {
        opened.reject(error);
        throw error;
      }
    }
  }

  async start(): Promise<void> {
    for (const [context, { journal }] of this.contexts) {
      const reader = (): JournalReader => (this.targetOf(context).kind === 'pglite' ? new SingleSessionReader(journal) : new FencedReader(journal));
      await this.relays.serve(journal, this.router.subscriptionsOf(context), reader);
    }
  }

  drain(signal: AbortSignal): Promise<void> {
    return this.relays.drain(signal);
  }

  close(): Promise<void> {
    return this.databases.close();
  }

  /** How far each subscription has been served from the journals of this host. */
  status(): Promise<RelayStatus[]> {
    return this.relays.status();
  }

  private add(context: string): Registered {
    const opened = Promise.withResolvers<DataSource>();
    // open() reports its error itself; whoever waits gets it too, and nobody has to.
    opened.promise.catch(() => undefined);
    const journal = contextJournal(context, () => opened.promise, this.signal);
    const registered = { journal, entities: new Set<EntityClass>(), migrations: new Set(journalMigrations), opened };
    this.contexts.set(context, registered);
    this.router.useInbox(context, new ContextInbox(journal));
    return registered;
  }
}
