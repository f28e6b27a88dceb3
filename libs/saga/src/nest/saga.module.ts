import { JournalHost } from '@isolith/journal/nest';
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

@Module({})
export class SagaModule {
  /**
   * The sagas of one context, beside MessageBusModule.forRoot and JournalModule.forRoot. Provides the context's `Sagas`
   * and `SagaOperations` to the importing module and adds its tables to the context's migrations. The saga classes are providers of the
   * context's own module.
   */
  static forFeature(feature: SagaFeature): DynamicModule {
    const host = `sagas of ${feature.context}`;
    return {
      module: SagaFeatureModule,
      imports: [SagaStatusModule],
      providers: [
        {
          provide: host,
          // The journal joins the host first: its database is open before a saga moves, and closes after the last one rests.
          inject: [JournalHost, CommandBus, HostLifecycle, ModuleRef, SagaStatus],
          useFactory: (
            journals: JournalHost,
            commands: CommandBus,
            lifecycle: HostLifecycle,
            modules: ModuleRef,
            status: SagaStatus,
          ) => {
            const journal = journals.register({ context: feature.context, migrations: sagaMigrations });
            const sagas = new SagaHost(feature, journal, journals, commands, modules, status, lifecycle.draining);
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
