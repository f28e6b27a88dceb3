import { Logger } from '@nestjs/common';
import { neverThrowing, type ErrorSink, type MessageRouter, type Waiting, type WatchList } from '@isolith/message-bus';
import { StartRefusedError, type HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import type { DataSource } from 'typeorm';
import { checkRetention, INBOX_DAYS } from '../retention/retention.js';
import {
  contextJournal,
  installationOf,
  journalMigrations,
  type ContextJournal,
  type HorizonAge,
  type RelayStatus,
  type Retention,
  type Rewound,
  type SubscriptionName,
} from '../index.js';
import { ParkedMessages } from '../parked/parked-messages.js';
import { ContextInbox } from '../inbox/context-inbox.js';
import { FencedReader } from '../relay/fenced-reader.js';
import { Horizon } from '../relay/horizon.js';
import { JournalSignal } from '../context/journal-signal.js';
import { PostgresReplicas } from '../relay/postgres-replicas.js';
import { sequencesBehind } from '../repair/sequences.js';
import { SingleSessionReader, type JournalReader } from '../relay/journal-reader.js';
import { SubscriptionRelays } from '../relay/subscription-relays.js';
import { Upkeep, type Deletion } from '../retention/upkeep.js';
import type { Report } from '../subscriptions/subscriber.js';
import {
  DatabaseRefusedError,
  targetLabel,
  type Databases,
  type DatabaseTarget,
  type EntityClass,
  type MigrationClass,
  type PoolInUse,
  type SchemaOwner,
} from '@isolith/postgres';
import { connectionFor, sameSchema } from '@isolith/postgres/internal';
import { unlistedSubscriptions } from '../repair/unlisted-subscriptions.js';
import { heldWaiting } from '../relay/relay-waits.js';
import { redelivery } from './redelivery.js';
import { RoleReaches, type RoleBeyond } from './role-reaches.js';
import { WatchedDatabases } from './watched-databases.js';

/** What a context's module states about its data. */
export interface JournalFeature {
  readonly context: string;
  /**
   * Where its tables are; default: in a schema that is called like it, with `_` for `-`. Every module that states parts
   * of its data states the same.
   */
  readonly schema?: string | undefined;
  /** TypeORM entities, for those who use the unit's manager. */
  readonly entities?: readonly EntityClass[];
  /** The context's own migrations; the journal's are added. */
  readonly migrations?: readonly MigrationClass[];
  /** How long it keeps what it has handled and recorded; what is absent here holds as JournalModule.forRoot says. */
  readonly retention?: Retention;
}

interface Registered {
  readonly journal: ContextJournal;
  readonly entities: Set<EntityClass>;
  readonly migrations: Set<MigrationClass>;
  readonly opened: PromiseWithResolvers<DataSource>;
  readonly parked: ParkedMessages;
  readonly deletions: Deletion[];
  retention: Retention;
  reader?: JournalReader;
}

/** What the journals in one PostgreSQL database share. */
interface Server {
  readonly contexts: string[];
  readonly replicas: PostgresReplicas;
  readonly horizon: Horizon;
}

/**
 * The journals of a host: opens the database of each context that a module registered, relays its events, closes all.
 * A unit of work that is asked for before its database is open waits for it.
 */
export class JournalHost implements HostParticipant {
  readonly name = 'journal';
  readonly stage = 'data';
  private readonly logger = new Logger('Journal');
  private readonly signal = new JournalSignal();
  private readonly contexts = new Map<string, Registered>();
  private readonly relays: SubscriptionRelays;
  /** By URL. */
  private readonly servers = new Map<string, Server>();
  private readonly reaches: RoleReaches;
  private upkeeps: readonly Upkeep[] = [];
  private readonly report: Report = neverThrowing((message, err) =>
    this.logger.warn(err === undefined ? { message } : { message, err }),
  );

  constructor(
    private readonly databases: Databases,
    private readonly targetOf: (context: string) => DatabaseTarget,
    private readonly router: MessageRouter,
    private readonly lifecycle: HostLifecycle,
    watchList: WatchList,
    private readonly retention: Retention = {},
    /** False while other hosts can't take what this one sends: then it leads no subscription and moves no saga. */
    readonly mayLead: () => boolean = () => true,
    /** See JournalOptions. */
    private readonly knowsAll = false,
  ) {
    checkRetention('JournalModule.forRoot', retention);
    this.relays = new SubscriptionRelays({
      deliver: (event, to, signal) => router.deliver(event, to, signal),
      report: this.report,
      takersAreHere: !router.hasRemote,
      mayLead,
    });
    const journals = (): readonly ContextJournal[] => [...this.contexts.values()].map(({ journal }) => journal);
    this.reaches = new RoleReaches(journals, targetOf, this.report);
    lifecycle.join(this);
    watchList.join({ name: 'relays', look: () => [...this.relays.waiting(), ...this.held()] });
    watchList.join({ name: 'subscriptions without a leader', everyMs: 2_000, look: () => this.relays.unled() });
    watchList.join(new WatchedDatabases(databases));
  }

  /** Several modules may state parts of one context's data; they share one journal. */
  register({ context, schema, entities = [], migrations = [], retention = {} }: JournalFeature): ContextJournal {
    checkRetention(`the journal of ${context}`, retention);
    const registered = this.contexts.get(context) ?? this.add({ context, schema });
    sameSchema(registered.journal, { context, schema });
    registered.retention = { ...registered.retention, ...retention };
    for (const entity of entities) registered.entities.add(entity);
    for (const migration of migrations) registered.migrations.add(migration);
    return registered.journal;
  }

  /**
   * Has more deleted along with the context's inbox, from start() until the journal drains. Only for a registered
   * context, before start().
   */
  alsoDelete(context: string, deletion: Deletion): void {
    this.registered(context).deletions.push(deletion);
  }

  /**
   * For how many days a registered context's inbox knows what it has handled. Final once all modules have registered.
   */
  inboxDays(context: string): number {
    return this.registered(context).retention.inboxDays ?? INBOX_DAYS;
  }

  /** Whether the context's rows are in the embedded database, which no other process can use at the same time. */
  isEmbedded(context: string): boolean {
    return this.targetOf(context).kind === 'pglite';
  }

  async open(): Promise<void> {
    const reasons = new Set<string>();
    const refused = new Set<string>();
    for (const [context, { journal, entities, migrations, opened }] of this.contexts) {
      const { schema } = journal;
      const target = this.targetOf(context);
      const key = target.kind === 'postgres' ? target.url : target.dataDir;
      try {
        // Whatever speaks against a database was said once, and to find it out may take seconds.
        if (refused.has(key)) throw new DatabaseRefusedError([]);
        const source = await this.databases.open({
          context,
          schema,
          entities: [...entities],
          migrations: [...migrations],
        });
        for (const line of await sequenceRefusals(
          contextJournal(journal, async () => source),
          target,
        ))
          reasons.add(line);
        opened.resolve(source);
      } catch (error) {
        opened.reject(error);
        if (!(error instanceof DatabaseRefusedError)) throw error;
        for (const reason of error.reasons) reasons.add(reason);
        if (error.of === 'database') refused.add(key);
      }
    }
    if (reasons.size > 0) throw new StartRefusedError([...reasons]);
    // When all schemas of this host are there, so that what it finds does not depend on who was first.
    await this.reaches.look();
  }

  async start(): Promise<void> {
    for (const [context, { journal }] of this.contexts) {
      const replicas = this.serverOf(context, journal)?.replicas;
      const reader = this.reader(context);
      await this.relays.serve({ journal, subscriptions: this.router.subscriptionsOf(context), reader, replicas });
    }
    for (const { replicas } of this.servers.values()) replicas.open();
    if (this.knowsAll) await this.nameUnlisted();
    this.upkeeps = [...this.contexts.values()].map(
      ({ journal, retention, deletions }) => new Upkeep({ journal, retention, more: deletions, report: this.report }),
    );
    for (const upkeep of this.upkeeps) upkeep.start();
  }

  async drain(signal: AbortSignal): Promise<void> {
    const replays = [...this.contexts.values()].map(({ parked }) => parked.drain());
    await Promise.all([this.relays.drain(signal), ...replays, ...this.upkeeps.map((upkeep) => upkeep.stop())]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.values()].map(({ replicas }) => replicas.close()));
    await this.databases.close();
  }

  /** Contexts of this host with a database. */
  contextNames(): readonly string[] {
    return [...this.contexts.keys()];
  }

  /**
   * The rows of each context of this host: the installation that they belong to, and where they are. Only once they are
   * open.
   */
  installations(): Promise<{ context: string; installation: string; database: string }[]> {
    return Promise.all(
      [...this.contexts].map(async ([context, { journal }]) => ({
        context,
        installation: await installationOf(journal),
        database: targetLabel(this.targetOf(context)),
      })),
    );
  }

  /** The journal of a context of this host, for what is built on it; undefined for one without a database here. */
  journal(context: string): ContextJournal | undefined {
    return this.contexts.get(context)?.journal;
  }

  /** The one reader of a registered context's journal: how far is safe to read is the same for all who read. */
  reader(context: string): JournalReader {
    const registered = this.registered(context);
    registered.reader ??= this.isEmbedded(context)
      ? new SingleSessionReader(registered.journal)
      : new FencedReader(registered.journal);
    return registered.reader;
  }

  /** What is parked in a context of this host; undefined for one without a database here. */
  parked(context: string): ParkedMessages | undefined {
    return this.contexts.get(context)?.parked;
  }

  /** How far each subscription has been served from the journals of this host. */
  status(): Promise<RelayStatus[]> {
    return this.relays.status();
  }

  /** Sets a subscription of a journal of this host back; see rewindSubscription. */
  rewind(producer: string, of: SubscriptionName, to: number): Promise<Rewound | undefined> {
    return this.relays.rewind(producer, of, to);
  }

  /**
   * How far readers are held back in each PostgreSQL database of this host, and by whom. Rejects when one of them can't
   * be asked. The embedded database has one session, which holds nobody back.
   */
  horizon(): Promise<HorizonAge[]> {
    return Promise.all(
      [...this.servers.values()].map(async ({ contexts, horizon }) => ({ contexts, ...(await horizon.look()) })),
    );
  }

  /** How much each pool of connections of this host is asked for. */
  pools(): Promise<readonly PoolInUse[]> {
    return this.databases.pools();
  }

  /**
   * Roles of the database by which contexts of this host reach more than their own rows, as far as it was looked at.
   */
  rolesBeyond(): readonly RoleBeyond[] {
    return this.reaches.current(this.lifecycle.phase === 'started');
  }

  /** A warning and no refusal: in a rolling release the older hosts don't know what the newer ones take. */
  private async nameUnlisted(): Promise<void> {
    for (const { journal } of this.contexts.values())
      for (const line of await unlistedSubscriptions(journal, this.router.subscriptions())) this.report(line);
  }

  private held(): readonly Waiting[] {
    return [...this.servers.values()].flatMap(({ contexts }) => {
      const heldMs = this.relays.heldMs(contexts);
      return heldMs === 0 ? [] : [heldWaiting(contexts, heldMs)];
    });
  }

  private registered(context: string): Registered {
    const registered = this.contexts.get(context);
    if (registered === undefined) throw new Error(`this host has no journal of ${context}`);
    return registered;
  }

  private serverOf(context: string, { dataSource }: ContextJournal): Server | undefined {
    const target = this.targetOf(context);
    if (target.kind === 'pglite') return undefined;
    const server = this.servers.get(target.url) ?? {
      contexts: [],
      replicas: new PostgresReplicas(connectionFor(target), this.report),
      horizon: new Horizon(dataSource),
    };
    server.contexts.push(context);
    this.servers.set(target.url, server);
    return server;
  }

  private add(owner: SchemaOwner): Registered {
    const { context } = owner;
    const opened = Promise.withResolvers<DataSource>();
    // open() reports its error itself; whoever waits gets it too, and nobody has to.
    opened.promise.catch(() => undefined);
    const journal = contextJournal(owner, () => opened.promise, this.signal);
    const { draining } = this.lifecycle;
    const report: ErrorSink = neverThrowing((message, err, { type, id, correlationid }) =>
      this.logger.warn({ message, type, id, correlationid, err }),
    );
    const parked = new ParkedMessages({
      journal,
      draining,
      report,
      failed: this.report,
      ...redelivery(this.router, context),
    });
    const registered: Registered = {
      journal,
      parked,
      deletions: [],
      entities: new Set<EntityClass>(),
      migrations: new Set(journalMigrations),
      opened,
      retention: this.retention,
    };
    this.contexts.set(context, registered);
    this.router.useInbox(
      context,
      new ContextInbox(journal, { draining, report, inboxDays: () => registered.retention.inboxDays }),
    );
    return registered;
  }
}

/**
 * What a restore left behind, one sentence for each sequence: a host would record below what was handed over, and
 * nobody would hear of it.
 */
async function sequenceRefusals(journal: ContextJournal, target: DatabaseTarget): Promise<readonly string[]> {
  const variable = target.kind === 'postgres' ? (target.variable ?? 'DATABASE_URL') : 'DATA_DIR';
  return (await sequencesBehind(journal)).map(
    ({ sequence, drawn, needed, by }) =>
      `${variable}: the sequence ${sequence} stands at ${drawn}, behind ${needed}, ${by}: rows or sequence were restored or reset; ` +
      'stop the hosts of this context and run this program with --repair (docs/runbooks/restore.md)',
  );
}
