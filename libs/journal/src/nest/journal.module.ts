import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { MessageRouter } from '@isolith/message-bus';
import { CqrsRouting, HostLifecycle } from '@isolith/message-bus/nest';
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

export interface JournalOptions {
  /** Where each context keeps its rows. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** How long every context keeps what it need not keep for ever, unless it says otherwise for itself. */
  readonly retention?: Retention;
}

@Module({})
export class JournalModule {
  /** Once per application, beside MessageBusModule.forRoot: the databases of the host and the relays of its journals. */
  static forRoot({ targetOf, retention = {} }: JournalOptions): DynamicModule {
    return {
      module: JournalModule,
      global: true,
      providers: [
        {
          provide: Databases,
          useFactory: () => new Databases({ targetOf, onProgress: (line) => new Logger('Database').log(line) }),
        },
        {
          provide: JournalHost,
          // The bus joins the host first: it listens before a relay has something to deliver, and drains after it.
          inject: [Databases, MessageRouter, HostLifecycle, CqrsRouting],
          useFactory: (databases: Databases, router: MessageRouter, lifecycle: HostLifecycle) =>
            new JournalHost(databases, targetOf, router, lifecycle, retention),
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
