import { JournalFeatureRegistration } from '@isolith/journal/internal';
import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter, WatchList } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Aggregates, Projections } from '../index.js';
import { projectionMigrations, snapshotMigrations } from '../migrations/event-sourcing-migrations.js';
import { AggregateRegistry } from './aggregate-registry.js';
import { EventSourcingRegistration, type EventSourcingFeature } from './event-sourcing-feature.js';
import { EventSourcingHost } from './event-sourcing-host.js';
import { ProjectionRegistry } from './projection-registry.js';

/** One for the host, whoever imports it. */
@Global()
@Module({ providers: [ProjectionRegistry, AggregateRegistry], exports: [ProjectionRegistry, AggregateRegistry] })
class RegistriesModule {}

/** Gives a context's module what it keeps as events: its aggregates and projections. */
@Module({})
export class EventSourcingModule {
  /**
   * What one context keeps as events, beside MessageBusModule.forRoot and JournalModule.forRoot. Provides the context's
   * `Aggregates` and `Projections` to the importing module and adds the tables that they need to the context's
   * migrations.
   */
  static forFeature(feature: EventSourcingFeature): DynamicModule {
    const { context, schema, aggregates = [], projections = [] } = feature;
    const host = `event sourcing of ${context}`;
    const migrations = [
      ...(aggregates.some(({ snapshot }) => snapshot !== undefined) ? snapshotMigrations : []),
      ...(projections.length > 0 ? projectionMigrations : []),
    ];
    const kept = { context, schema, migrations };
    return {
      module: EventSourcingFeatureModule,
      imports: [RegistriesModule],
      providers: [
        { provide: `declarations of the ${host}`, useValue: new EventSourcingRegistration(feature) },
        { provide: `tables of the ${host}`, useValue: new JournalFeatureRegistration(kept) },
        {
          provide: host,
          inject: [
            JournalHost,
            HostLifecycle,
            ModuleRef,
            ProjectionRegistry,
            AggregateRegistry,
            WatchList,
            ModulesContainer,
            MessageRouter,
          ],
          useFactory: (
            journals: JournalHost,
            lifecycle: HostLifecycle,
            modules: ModuleRef,
            registry: ProjectionRegistry,
            declared: AggregateRegistry,
            watchList: WatchList,
            container: ModulesContainer,
            router: MessageRouter,
          ) => {
            const journal = journals.register(kept);
            const parts = new EventSourcingHost(feature, {
              journal,
              journals,
              modules,
              container,
              registry,
              aggregates: declared,
              watchList,
              router,
            });
            lifecycle.join(parts);
            return parts;
          },
        },
        { provide: Aggregates, inject: [host], useFactory: ({ aggregates: all }: EventSourcingHost) => all },
        { provide: Projections, inject: [host], useFactory: ({ projections: all }: EventSourcingHost) => all },
      ],
      exports: [Aggregates, Projections],
    };
  }
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class EventSourcingFeatureModule {}
