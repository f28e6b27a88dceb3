import { Logger, Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { MessageRouter, WatchList } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import type { DataSource } from 'typeorm';
import { ContextDatabase, UnitOfWork, type ContextJournal, type Retention } from '../index.js';
import { Databases, type DatabaseTarget } from '@isolith/postgres';
import { joinUnits } from '../unit/data-source-in-units.js';
import { sharedTarget } from '@isolith/postgres/internal';
import { JournalHost, type JournalFeature } from './journal-host.js';
import { JournalFeatureRegistration } from './kept-by.js';

/** What `JournalModule.forRoot` takes. */
export interface JournalOptions {
  /** Where each context keeps its rows. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** How long every context keeps what it need not keep for ever, unless it says otherwise for itself. */
  readonly retention?: Retention;
  /**
   * False while other hosts can't take what this one sends: then it leads no subscription and moves no saga. Default:
   * always true.
   */
  readonly mayLead?: () => boolean;
  /**
   * Whether every subscription of the application is known here, wherever it runs; then checkpoints of others are named
   * at the start. Default: false.
   */
  readonly knowsAll?: boolean;
  /** An application's own DataSource, for contexts that keep their rows beside its. */
  readonly shared?: SharedDatabase;
}

/** The application's own DataSource, on whose connections units of work run. */
export interface SharedDatabase {
  /** Provides a DataSource of PostgreSQL that is initialized: `DataSource`, with @nestjs/typeorm. */
  readonly dataSource: InjectionToken;
  /** Whether the rows of a context are there; of others `targetOf` says where they are. */
  readonly of: (context: string) => boolean;
}

/** Where each context keeps its rows, once it is known what the application has of its own. */
const TARGETS = Symbol('isolith.targets');
type Targets = JournalOptions['targetOf'];

/**
 * The journals of a host: its databases, units of work, inboxes, relays, and what operators can do about what is
 * parked.
 */
@Module({})
export class JournalModule {
  /**
   * Once per application, beside MessageBusModule.forRoot: the databases of the host and the relays of its journals.
   */
  static forRoot({ targetOf, retention = {}, mayLead, knowsAll, shared }: JournalOptions): DynamicModule {
    return {
      module: JournalModule,
      global: true,
      providers: [
        shared === undefined
          ? { provide: TARGETS, useValue: targetOf }
          : {
              provide: TARGETS,
              inject: [shared.dataSource, HostLifecycle],
              useFactory: (dataSource: DataSource, lifecycle: HostLifecycle): Targets => {
                joinUnits(dataSource);
                endAfter(dataSource, lifecycle);
                const own = sharedTarget(dataSource);
                return (context) => (shared.of(context) ? own : targetOf(context));
              },
            },
        {
          provide: Databases,
          inject: [TARGETS],
          useFactory: (targets: Targets) => {
            const logger = new Logger('Database');
            return new Databases({
              targetOf: targets,
              onProgress: (line) => logger.log(line),
              onWarning: (line) => logger.warn(line),
            });
          },
        },
        {
          provide: JournalHost,
          inject: [Databases, TARGETS, MessageRouter, HostLifecycle, WatchList],
          useFactory: (
            databases: Databases,
            targets: Targets,
            router: MessageRouter,
            lifecycle: HostLifecycle,
            watchList: WatchList,
          ) => new JournalHost(databases, targets, router, lifecycle, watchList, retention, mayLead, knowsAll),
        },
      ],
      exports: [Databases, JournalHost],
    };
  }

  /** The data of one context: provides its UnitOfWork and ContextDatabase to the importing module. */
  static forFeature(feature: JournalFeature): DynamicModule {
    const journal = `journal of ${feature.context}`;
    return {
      module: JournalFeatureModule,
      providers: [
        { provide: `${journal}, as declared`, useValue: new JournalFeatureRegistration(feature) },
        { provide: journal, inject: [JournalHost], useFactory: (host: JournalHost) => host.register(feature) },
        ...[UnitOfWork, ContextDatabase].map((Bound) => ({
          provide: Bound,
          inject: [journal],
          useFactory: (bound: ContextJournal) => new Bound(bound),
        })),
      ],
      exports: [UnitOfWork, ContextDatabase],
    };
  }
}

/**
 * Whoever ends it (a module of the application, when that stops) waits until what runs on it has ended: Nest gives the
 * modules of an application no order in which they stop.
 */
function endAfter(dataSource: DataSource, lifecycle: HostLifecycle): void {
  const end = dataSource.destroy.bind(dataSource);
  const destroy = async (): Promise<void> => {
    await lifecycle.onApplicationShutdown();
    await end();
  };
  Object.assign(dataSource, { destroy });
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class JournalFeatureModule {}
