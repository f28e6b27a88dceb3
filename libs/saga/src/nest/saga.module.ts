import { JournalFeatureRegistration } from '@isolith/journal/internal';
import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter, WatchList } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { sagaMigrations, SagaOperations, Sagas } from '../index.js';
import { SagaHost, type SagaFeature } from './saga-host.js';
import { SagaStatus } from './saga-status.js';

/** One for the host, whoever imports it. */
@Global()
@Module({ providers: [SagaStatus], exports: [SagaStatus] })
class SagaStatusModule {}

/** The sagas of a context, in a host with `MessageBusModule` and `JournalModule`. */
@Module({})
export class SagaModule {
  /**
   * The sagas of one context, beside MessageBusModule.forRoot and JournalModule.forRoot. Provides the context's `Sagas`
   * and `SagaOperations` to the importing module and adds its tables to the context's migrations. The saga classes are
   * providers of the context's own module.
   */
  static forFeature(feature: SagaFeature): DynamicModule {
    const host = `sagas of ${feature.context}`;
    const kept = { context: feature.context, schema: feature.schema, migrations: sagaMigrations };
    return {
      module: SagaFeatureModule,
      imports: [SagaStatusModule],
      providers: [
        { provide: `tables of the ${host}`, useValue: new JournalFeatureRegistration(kept) },
        {
          provide: host,
          inject: [JournalHost, CommandBus, HostLifecycle, ModuleRef, SagaStatus, WatchList, MessageRouter],
          useFactory: (
            journals: JournalHost,
            commands: CommandBus,
            lifecycle: HostLifecycle,
            modules: ModuleRef,
            status: SagaStatus,
            watchList: WatchList,
            router: MessageRouter,
          ) => {
            const journal = journals.register(kept);
            const sagas = new SagaHost(
              feature,
              journal,
              journals,
              commands,
              modules,
              status,
              watchList,
              router,
              lifecycle.draining,
            );
            lifecycle.join({
              name: `declarations of ${sagas.name}`,
              stage: 'configuration',
              verify: () => {
                sagas.declare();
                return [];
              },
            });
            lifecycle.join(sagas);
            return sagas;
          },
        },
        { provide: Sagas, inject: [host], useFactory: ({ sagas }: SagaHost) => sagas },
        { provide: SagaOperations, inject: [host], useFactory: ({ operations }: SagaHost) => operations },
      ],
      exports: [Sagas, SagaOperations],
    };
  }
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class SagaFeatureModule {}
