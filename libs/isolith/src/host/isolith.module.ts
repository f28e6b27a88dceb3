import { randomInt } from 'node:crypto';
import { GATEWAY } from '@isolith/contracts';
import type { EntityClass, MigrationClass, Retention } from '@isolith/journal';
import { JournalHost, JournalModule } from '@isolith/journal/nest';
import {
  HandBacks,
  Impairments,
  MessageRouter,
  parityTransport,
  SignedTransport,
  type Joining,
  WatchList,
} from '@isolith/message-bus';
import { HostLifecycle, MessageBusModule, type SubscriptionFeature } from '@isolith/message-bus/nest';
import { ObservabilityModule } from '@isolith/observability/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { type DeclaresSaga, SagaModule } from '@isolith/saga/nest';
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { ContextDescriptor } from '../context/context.js';
import { ContextSeeds, type Seed } from '../context/seeds.js';
import { settingsOf } from '../context/settings.js';
import { EdgeModule, KEY_SOURCE } from '../http/edge.module.js';
import { edgeViolations } from '../http/edge-part.js';
import { ActuatorController } from '../endpoints/actuator.controller.js';
import { HealthController } from '../endpoints/health.controller.js';
import { HostHealth } from '../endpoints/host-health.js';
import { HostMetrics } from '../endpoints/host-metrics.js';
import { MetricsController } from '../endpoints/metrics.controller.js';
import { ParkedController } from '../endpoints/parked.controller.js';
import { SagasController } from '../endpoints/sagas.controller.js';
import { SubscriptionsController } from '../endpoints/subscriptions.controller.js';
import { AskContexts } from '../operations/ask-contexts.js';
import { OperationsHost } from '../operations/operations-host.js';
import { WatchedLink } from '../watchdog/watched-link.js';
import { Watchdog } from '../watchdog/watchdog.js';
import { EffectWatch } from './effect-watch.js';
import { ForeignDataSources } from './foreign-data-sources.js';
import { HostChecks } from './host-checks.js';
import { hostOf, type HostOptions } from './host-options.js';
import { HostReport } from './host-report.js';
import { HostClock, readingClocks } from './host-clock.js';
import { HostSecret } from './host-secret.js';
import { MessageTokens } from './message-tokens.js';
import { RemoteLink } from './remote-link.js';
import { RefusedSenders } from './refused-senders.js';
import { HOST_CONFIG, PARITY_SEED } from './tokens.js';

const SEEDS = 2 ** 31;

type Handled<D extends ContextDescriptor> = {
  readonly [N in keyof D['subscriptions']]: readonly Type[] | Omit<SubscriptionFeature, 'from'>;
};

/**
 * What the module of a context adds to its descriptor: `subscriptions` too, its `@EventsHandler` classes for each that
 * it states.
 */
export type ContextFeature<D extends ContextDescriptor> = FeatureOfAny &
  ({} extends Handled<D> ? { readonly subscriptions?: Handled<D> } : { readonly subscriptions: Handled<D> });

interface FeatureOfAny {
  readonly entities?: readonly EntityClass[];
  readonly migrations?: readonly MigrationClass[];
  /** Where it differs from the host's. */
  readonly retention?: Retention;
  /** Providers of the context's module that declare its sagas. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
  /** Providers of the context's module that make the rows it begins with, in this order. */
  readonly seeds?: readonly Type<Seed>[];
}

/** A host: the bus, the journals, the HTTP edge with health, metrics and actuator, and the checks before all of them start. */
@Module({})
export class IsolithModule {
  /** Once per application. Refuses the start (StartRefusedError) with everything that is wrong in configuration and wiring. */
  static forRoot(options: HostOptions): DynamicModule {
    const { edge = [], dataSource, retention, paritySeed = randomInt(SEEDS) } = options;
    const { config, remote, modules } = hostOf(options);
    const { application, values, placement } = config;
    const parity = values.ISOLITH_PARITY ? { local: parityTransport({ seed: paritySeed }) } : {};
    const secret = new HostSecret({ given: values.AUTH_SECRET, dataDir: values.DATA_DIR });
    const logger = new Logger('MessageBus');
    const refused = new RefusedSenders(logger);
    const handBacks = new HandBacks(
      ({ context, lack, message: why }, since) =>
        logger.warn({ message: `handed back: ${why}`, context, lack, since_last_told: since }),
      // Whoever closed the front door because a context behind it is of the release before would only close the door.
      (lack) => (lack !== 'key' && placement.here.includes(GATEWAY) ? 'degraded' : 'not-ready'),
    );
    const clock = new HostClock(logger);
    const signed =
      remote && new SignedTransport(readingClocks(remote, clock), new MessageTokens(secret), refused.note, handBacks);
    const settings = [...application.contexts, application].map((declares) => ({
      provide: settingsOf(declares),
      useValue: config.settings(declares.settings),
    }));
    return {
      module: IsolithModule,
      global: true,
      imports: [
        MessageBusModule.forRoot({
          // The gateway handles no messages; it only sends.
          placement: { here: placement.here.filter((context) => context !== GATEWAY) },
          shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
          subscriptions: application.subscriptions,
          handBacks,
          ...parity,
          ...(signed === undefined ? {} : { remote: signed }),
        }),
        JournalModule.forRoot({
          targetOf: config.databaseTarget,
          // What a host signs whose key is in doubt is refused by all others, and would only be handed over again.
          mayLead: () => !handBacks.lacks('key'),
          ...(dataSource === undefined
            ? {}
            : { shared: { dataSource, of: (context) => !config.hasOwnDatabase(context) } }),
          ...(retention === undefined ? {} : { retention }),
        }),
        ObservabilityModule.forRoot({ service: application.name }),
        // Health answers say what is down; a log line for each question would only repeat it.
        TerminusModule.forRoot({ logger: false }),
        EdgeModule.forRoot({
          parts: edge,
          now: clock.now,
          ...(options.caller === undefined ? {} : { callerOf: (request) => options.caller?.(request) }),
        }),
        ...modules,
      ],
      controllers: [
        ...(edge.includes('health') ? [HealthController] : []),
        ...(edge.includes('operations')
          ? [MetricsController, ActuatorController, SagasController, ParkedController, SubscriptionsController]
          : []),
      ],
      providers: [
        { provide: HOST_CONFIG, useValue: config },
        { provide: RefusedSenders, useValue: refused },
        { provide: HandBacks, useValue: handBacks },
        { provide: PARITY_SEED, useValue: values.ISOLITH_PARITY ? paritySeed : undefined },
        ...settings,
        { provide: ResilienceRegistry, useFactory: () => new ResilienceRegistry() },
        {
          provide: HostChecks,
          inject: [ModulesContainer, HostLifecycle, ResilienceRegistry, HttpAdapterHost],
          useFactory: (
            modules: ModulesContainer,
            lifecycle: HostLifecycle,
            resilience: ResilienceRegistry,
            http: HttpAdapterHost,
          ) =>
            new HostChecks(
              {
                config,
                hasTransport: options.remote !== undefined,
                hasDataSource: dataSource !== undefined,
                edge: (isHost) => edgeViolations(edge, http.httpAdapter?.getType(), isHost),
                resilience,
                modules,
                root: IsolithModule,
              },
              lifecycle,
            ),
        },
        {
          provide: ForeignDataSources,
          inject: [ModulesContainer, HostLifecycle],
          useFactory: (modules: ModulesContainer, lifecycle: HostLifecycle) =>
            new ForeignDataSources(modules, lifecycle),
        },
        {
          provide: KEY_SOURCE,
          inject: [HostLifecycle],
          useFactory: (lifecycle: HostLifecycle) => {
            // Where nothing is signed no key is made.
            if (remote !== undefined || edge.includes('requests')) lifecycle.join(secret);
            return secret;
          },
        },
        {
          provide: RemoteLink,
          inject: [HostLifecycle, Impairments, JournalHost, MessageRouter],
          useFactory: (
            lifecycle: HostLifecycle,
            impairments: Impairments,
            journals: JournalHost,
            router: MessageRouter,
          ) => {
            const joining = async (): Promise<Joining> => ({
              // A schema that is no context of its own has no queues to be kept apart.
              claims: (await journals.installations()).filter(({ context }) => placement.here.includes(context)),
              ...router.addresses(),
            });
            return new RemoteLink({ remote, impairments, handBacks, joining }, lifecycle);
          },
        },
        {
          provide: EffectWatch,
          inject: [HostLifecycle, Impairments, JournalHost, MessageRouter, RemoteLink],
          useFactory: (
            lifecycle: HostLifecycle,
            impairments: Impairments,
            journals: JournalHost,
            router: MessageRouter,
            link: RemoteLink,
          ) => new EffectWatch({ journals, router, link, impairments }, lifecycle),
        },
        HostReport,
        HostHealth,
        HostMetrics,
        OperationsHost,
        AskContexts,
        {
          provide: Watchdog,
          inject: [WatchList, Impairments, HostLifecycle, RemoteLink],
          useFactory: (list: WatchList, impairments: Impairments, lifecycle: HostLifecycle, link: RemoteLink) => {
            list.join(new WatchedLink(() => link.health()));
            return new Watchdog(list, impairments, lifecycle);
          },
        },
      ],
      exports: [HOST_CONFIG, ...settings.map(({ provide }) => provide), ResilienceRegistry, KEY_SOURCE, HostReport],
    };
  }

  /** Imported by a context's own module, once; gives it UnitOfWork, ContextDatabase, EventStore and (with `sagas`) Sagas of that context. */
  static forFeature<D extends ContextDescriptor>(
    descriptor: D,
    ...[feature]: {} extends ContextFeature<D> ? [feature?: ContextFeature<D>] : [feature: ContextFeature<D>]
  ): DynamicModule;
  static forFeature(
    { name: context, contracts, needs, subscriptions: stated }: ContextDescriptor,
    {
      subscriptions: handled = {},
      entities,
      migrations,
      retention,
      sagas,
      seeds = [],
    }: ContextFeature<ContextDescriptor> = {},
  ): DynamicModule {
    const journal = JournalModule.forFeature({
      context,
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
    const bound = sagas === undefined ? [journal] : [journal, SagaModule.forFeature({ context, sagas })];
    const sower = {
      provide: `seeds of ${context}`,
      inject: [HostLifecycle, ModuleRef],
      useFactory: (lifecycle: HostLifecycle, modules: ModuleRef) => {
        const all = new ContextSeeds(context, seeds, modules);
        lifecycle.join(all);
        return all;
      },
    };
    return { module: ContextFeatureModule, imports: [bus, ...bound], providers: [sower], exports: bound };
  }
}

/** Holds the parts of one context; Nest tells its instances apart by their imports. */
@Module({})
class ContextFeatureModule {}
