import { JournalFeatureRegistration } from '@isolith/journal/internal';
import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { choreographyMigrations } from '../index.js';
import { ChoreographyHost, type ChoreographyFeature } from './choreography-host.js';
import { DeclaredChoreographies } from './declared-choreographies.js';

/** One for the host, whoever imports it. */
@Global()
@Module({ providers: [DeclaredChoreographies], exports: [DeclaredChoreographies] })
class DeclaredChoreographiesModule {}

/** The choreographies of a context, in a host with `MessageBusModule` and `JournalModule`. */
@Module({})
export class ChoreographyModule {
  /**
   * The choreographies of one context, beside MessageBusModule.forRoot and JournalModule.forRoot: each is the handler
   * of the subscription of its name. Adds its table to the context's migrations.
   */
  static forFeature(feature: ChoreographyFeature): DynamicModule {
    const host = `choreographies of ${feature.context}`;
    const kept = { context: feature.context, schema: feature.schema, migrations: choreographyMigrations };
    return {
      module: ChoreographyFeatureModule,
      imports: [DeclaredChoreographiesModule],
      providers: [
        { provide: `tables of the ${host}`, useValue: new JournalFeatureRegistration(kept) },
        {
          provide: host,
          inject: [JournalHost, CommandBus, MessageRouter, HostLifecycle, ModulesContainer, DeclaredChoreographies],
          useFactory: (
            journals: JournalHost,
            commands: CommandBus,
            router: MessageRouter,
            lifecycle: HostLifecycle,
            modules: ModulesContainer,
            declared: DeclaredChoreographies,
          ) => {
            const one = new ChoreographyHost(feature, journals.register(kept), journals, commands, router, modules);
            declared.add(feature.choreographies);
            lifecycle.join(one);
            return one;
          },
        },
      ],
    };
  }
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class ChoreographyFeatureModule {}
