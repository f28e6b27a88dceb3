import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { MessageRouter, WatchList } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import {
  ContextDatabase,
  Databases,
  EventStore,
  UnitOfWork,
  type ContextJournal,
  type DatabaseTarget,
  type Retention,
} from '../index.js';
import { JournalHost, type JournalFeature } from './journal-host.js';
import { JournalFeatureRegistration } from './kept-by.js';

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
}

@Module({})
export class JournalModule {
  /** Once per application, beside MessageBusModule.forRoot: the databases of the host and the relays of its journals. */
  static forRoot({ targetOf, retention = {}, mayLead }: JournalOptions): DynamicModule {
    return {
      module: JournalModule,
      global: true,
      providers: [
        {
          provide: Databases,
          useFactory: () => {
            const logger = new Logger('Database');
            return new Databases({
              targetOf,
              onProgress: (line) => logger.log(line),
              onWarning: (line) => logger.warn(line),
            });
          },
        },
        {
          provide: JournalHost,
          inject: [Databases, MessageRouter, HostLifecycle, WatchList],
          useFactory: (databases: Databases, router: MessageRouter, lifecycle: HostLifecycle, watchList: WatchList) =>
            new JournalHost(databases, targetOf, router, lifecycle, watchList, retention, mayLead),
        },
      ],
      exports: [Databases, JournalHost],
    };
  }

  /** The data of one context: provides its UnitOfWork, ContextDatabase and EventStore to the importing module. */
  static forFeature(feature: JournalFeature): DynamicModule {
    const journal = `journal of ${feature.context}`;
    return {
      module: JournalFeatureModule,
      providers: [
        { provide: `${journal}, as declared`, useValue: new JournalFeatureRegistration(feature) },
        { provide: journal, inject: [JournalHost], useFactory: (host: JournalHost) => host.register(feature) },
        ...[UnitOfWork, ContextDatabase, EventStore].map((Bound) => ({
          provide: Bound,
          inject: [journal],
          useFactory: (bound: ContextJournal) => new Bound(bound),
        })),
      ],
      exports: [UnitOfWork, ContextDatabase, EventStore],
    };
  }
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class JournalFeatureModule {}
