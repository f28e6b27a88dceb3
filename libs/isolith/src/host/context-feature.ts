import { EventSourcingModule, type EventSourcingFeature } from '@isolith/event-sourcing/nest';
import type { Retention } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { HostLifecycle, MessageBusModule, type SubscriptionFeature } from '@isolith/message-bus/nest';
import type { EntityClass, MigrationClass } from '@isolith/postgres';
import { ResilienceRegistry } from '@isolith/resilience';
import { type Choreography, isChoreography, SAGA_EVENTS } from '@isolith/saga';
import { ChoreographyModule, type DeclaresSaga, SagaModule } from '@isolith/saga/nest';
import type { DynamicModule, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ContextDescriptor } from '../context/context.js';
import { ContextSeeds, type Seed } from '../context/seeds.js';
import { ContractCalls } from '../policies/contract-calls.js';

/** A choreography handles what it states. */
type Handled<D extends ContextDescriptor> = {
  readonly [
    N in keyof D['subscriptions'] as N extends typeof SAGA_EVENTS
      ? never
      : D['subscriptions'][N] extends Choreography
        ? never
        : N
  ]: readonly Type[] | Omit<SubscriptionFeature, 'from'>;
};

/**
 * What the module of a context adds to its descriptor: `subscriptions` too, its `@EventsHandler` classes for each that
 * it states and that is no choreography, but for `saga-events`, which its sagas take.
 */
export type ContextFeature<D extends ContextDescriptor> = FeatureOfAny &
  ({} extends Handled<D> ? { readonly subscriptions?: Handled<D> } : { readonly subscriptions: Handled<D> });

interface FeatureOfAny extends Omit<EventSourcingFeature, 'context'> {
  readonly entities?: readonly EntityClass[];
  readonly migrations?: readonly MigrationClass[];
  /** Where it differs from the host's. */
  readonly retention?: Retention;
  /** Providers of the context's module that declare its sagas. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
  /** Providers of the context's module that make the rows it begins with, in this order. */
  readonly seeds?: readonly Type<Seed>[];
}

/** What a context's own module imports: bus, journal and whatever else it states, and what they give it. */
export function partsOf(
  { name: context, schema, contracts, needs, policies, subscriptions: stated }: ContextDescriptor,
  {
    subscriptions: handled = {},
    entities,
    migrations,
    retention,
    sagas,
    seeds = [],
    ...kept
  }: ContextFeature<ContextDescriptor> = {},
): Omit<DynamicModule, 'module'> {
  const journal = JournalModule.forFeature({
    context,
    schema,
    ...(entities === undefined ? {} : { entities }),
    ...(migrations === undefined ? {} : { migrations }),
    ...(retention === undefined ? {} : { retention }),
  });
  const subscriptions = Object.fromEntries(
    Object.entries(handled).map(([name, feature]) => [
      name,
      { ...('handlers' in feature ? feature : { handlers: feature }), from: stated[name]?.from ?? 'beginning' },
    ]),
  );
  const bus = MessageBusModule.forFeature({ context, contracts, needs, subscriptions });
  const bound = [
    journal,
    ...(Object.keys(kept).length === 0 ? [] : [EventSourcingModule.forFeature({ context, schema, ...kept })]),
    ...(sagas === undefined
      ? []
      : [SagaModule.forFeature({ context, schema, sagas, eventsFrom: stated[SAGA_EVENTS]?.from ?? 'beginning' })]),
  ];
  const choreographies = Object.values(stated).filter(isChoreography);
  const reacting =
    choreographies.length === 0 ? [] : [ChoreographyModule.forFeature({ context, schema, choreographies })];
  const sower = {
    provide: `seeds of ${context}`,
    inject: [HostLifecycle, ModuleRef],
    useFactory: (lifecycle: HostLifecycle, modules: ModuleRef) => {
      const all = new ContextSeeds(context, seeds, modules);
      lifecycle.join(all);
      return all;
    },
  };
  const policing = {
    provide: `policies of ${context}`,
    inject: [MessageRouter, ResilienceRegistry],
    useFactory: (router: MessageRouter, registry: ResilienceRegistry) =>
      policies.map((need) => {
        const calls = new ContractCalls(context, need);
        registry.add(calls.policies, context);
        router.usePolicy(context, need.message.contract, calls);
        return calls;
      }),
  };
  return {
    imports: [bus, ...bound, ...reacting],
    providers: [sower, policing],
    exports: bound,
  };
}
