import { randomInt } from 'node:crypto';
import { GATEWAY } from '@isolith/contracts';
import { JournalHost, JournalModule } from '@isolith/journal/nest';
import {
  HandBacks,
  Impairments,
  MessageRouter,
  parityTransport,
  SignedTransport,
  type Address,
  type Joining,
  WatchList,
} from '@isolith/message-bus';
import { HostLifecycle, HostListener, MessageBusModule, requireOneCqrs } from '@isolith/message-bus/nest';
import { Metrics } from '@isolith/observability';
import { ObservabilityModule } from '@isolith/observability/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { ContextDescriptor } from '../context/context.js';
import { settingsOf } from '../context/settings.js';
import { KEY_SOURCE } from '../http/auth-keys.js';
import { EdgeModule } from '../http/edge.module.js';
import { SESSION_ENDS } from '../http/session-gate.js';
import { edgeViolations } from '../http/edge-part.js';
import { HealthController } from '../endpoints/health.controller.js';
import { HostHealth } from '../endpoints/host-health.js';
import { measuredParts } from '../endpoints/measured-parts.js';
import { MessageMetrics } from '../endpoints/message-metrics.js';
import { operatorsControllers } from '../endpoints/operators-controllers.js';
import { observeProcess } from '../endpoints/process-metrics.js';
import { LiveFeed } from '../live/live-feed.js';
import { HostCircuits } from '../policies/host-circuits.js';
import { AskContexts } from '../operations/ask-contexts.js';
import { ContractSender } from '../operations/contract-sender.js';
import { OperationsHost } from '../operations/operations-host.js';
import { WatchedLink } from '../watchdog/watched-link.js';
import { Watchdog } from '../watchdog/watchdog.js';
import { optionsFrom, type AsyncHostOptions } from './async-options.js';
import { partsOf, type ContextFeature } from './context-feature.js';
import { DeclaredAccess } from './declared-access.js';
import { EffectWatch } from './effect-watch.js';
import { ForeignDataSources } from './foreign-data-sources.js';
import { EndedSessions } from './ended-sessions.js';
import { HostChecks } from './host-checks.js';
import { hostOf, type HostOptions } from './host-options.js';
import { HostReport } from '../report/host-report.js';
import { HostClock, readingClocks } from './host-clock.js';
import { HostSecret } from './host-secret.js';
import { messageSigner } from './message-signer.js';
import { QueueWatch } from '../remote/queue-watch.js';
import { RemoteLink } from '../remote/remote-link.js';
import { RefusedSenders } from '../remote/refused-senders.js';
import { SharedSecretMessages } from '../remote/shared-secret-messages.js';
import { UnprovedMessages } from '../remote/unproved-messages.js';
import { hostName } from '../topology/host-name.js';
import { HostPresence } from '../topology/host-presence.js';
import { neededElsewhere } from '../topology/needed-elsewhere.js';
import { presenceOf, type PresenceProviders } from '../topology/presence-of.js';
import { HOST_CONFIG, PARITY_SEED } from '../config/tokens.js';

const SEEDS = 2 ** 31;

type Addresses = Pick<Joining, 'listensAt' | 'sendsTo'>;

/**
 * A host: the bus, the journals, the HTTP edge with health, metrics and actuator, and the checks before all of them
 * start.
 */
@Module({})
export class IsolithModule {
  /**
   * Once per application. Refuses the start (StartRefusedError) with everything that is wrong in configuration and
   * wiring.
   */
  static forRoot(options: HostOptions): DynamicModule {
    requireOneCqrs();
    const { edge = [], dataSource, retention, paritySeed = randomInt(SEEDS), parityFaults } = options;
    const { config, remote, modules } = hostOf(options);
    const { application, values, placement } = config;
    const parity = values.ISOLITH_PARITY ? { local: parityTransport({ ...parityFaults, seed: paritySeed }) } : {};
    const secret = new HostSecret({
      given: values.AUTH_SECRET,
      others: { next: values.AUTH_SECRET_NEXT, previous: values.AUTH_SECRET_PREVIOUS },
      dataDir: values.DATA_DIR,
    });
    const logger = new Logger('MessageBus');
    const refused = new RefusedSenders(logger);
    const handBacks = new HandBacks(
      ({ context, lack, message: why }, since) =>
        logger.warn({ message: lack === 'newer' ? why : `handed back: ${why}`, context, lack, since_last_told: since }),
      // Whoever closed the front door because a context behind it is of the release before would only close the door.
      // What is stored here waits here, whoever is ready: a way back to this release must not end at its probes.
      (lack) => (lack === 'newer' || (lack !== 'key' && placement.here.includes(GATEWAY)) ? 'degraded' : 'not-ready'),
    );
    const clock = new HostClock(logger);
    const name = hostName(values.BUILD_VERSION);
    const unproved = new UnprovedMessages();
    const shared = new SharedSecretMessages();
    const tokens = messageSigner(config, secret, { unproved, shared });
    const signed = remote && new SignedTransport(readingClocks(remote, clock), tokens, refused.note, handBacks);
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
          knowsAll: true,
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
          operationsPerSecond: values.OPERATIONS_RATE_LIMIT === 'off' ? undefined : values.OPERATIONS_RATE_LIMIT,
          ...(options.caller === undefined ? {} : { callerOf: (request) => options.caller?.(request) }),
        }),
        ...modules,
      ],
      controllers: [
        ...(edge.includes('health') ? [HealthController] : []),
        ...(edge.includes('operations') ? operatorsControllers : []),
      ],
      providers: [
        { provide: HOST_CONFIG, useValue: config },
        { provide: RefusedSenders, useValue: refused },
        { provide: UnprovedMessages, useValue: unproved },
        { provide: SharedSecretMessages, useValue: shared },
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
          provide: DeclaredAccess,
          inject: [MessageRouter, HostLifecycle],
          useFactory: (router: MessageRouter, lifecycle: HostLifecycle) =>
            new DeclaredAccess(application, router, lifecycle),
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
          provide: EndedSessions,
          inject: [MessageRouter, RemoteLink, HostLifecycle],
          useFactory: (router: MessageRouter, link: RemoteLink, lifecycle: HostLifecycle) =>
            new EndedSessions(
              {
                options: options.endedSessions,
                ask: (query) => router.send(query),
                remote: signed,
                isConnected: () => link.health()?.connected ?? true,
                log: new Logger('Sessions'),
              },
              lifecycle,
            ),
        },
        { provide: SESSION_ENDS, useExisting: EndedSessions },
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
              ...withBroadcast(router.addresses(), options.endedSessions !== undefined),
            });
            const link = new RemoteLink({ remote, impairments, handBacks, joining }, lifecycle);
            router.useOutage((context) => (placement.here.includes(context) ? undefined : link.whyDown()));
            return link;
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
        {
          provide: QueueWatch,
          inject: [HostLifecycle, MessageRouter, RemoteLink],
          useFactory: (lifecycle: HostLifecycle, router: MessageRouter, link: RemoteLink) => {
            const asks = neededElsewhere(config).map((context): Address => ({ lane: 'requests', context }));
            const addresses = (): readonly Address[] => {
              const { listensAt, sendsTo } = router.addresses();
              return remote === undefined ? [] : [...listensAt, ...sendsTo, ...asks];
            };
            return new QueueWatch({ link, addresses }, lifecycle);
          },
        },
        {
          provide: HostPresence,
          inject: [
            HostLifecycle,
            HostListener,
            HostHealth,
            MessageRouter,
            Impairments,
            HostCircuits,
            RemoteLink,
            Watchdog,
            MessageMetrics,
          ],
          useFactory: (...parts: PresenceProviders) =>
            presenceOf({ name, config, medium: signed, time: clock.now }, ...parts),
        },
        {
          provide: HostCircuits,
          inject: [ResilienceRegistry],
          useFactory: (registry: ResilienceRegistry) => new HostCircuits(name.id, registry),
        },
        {
          provide: MessageMetrics,
          inject: [Metrics, MessageRouter],
          useFactory: (metrics: Metrics, router: MessageRouter) => {
            const senders = new Set([...application.names, GATEWAY]);
            const missing = (err: unknown): void => logger.warn({ message: 'a metric could not be read', err });
            const metered = new MessageMetrics(metrics, senders, missing);
            router.useMeter(metered);
            observeProcess(metrics, name, missing);
            return metered;
          },
        },
        ...measuredParts,
        HostReport,
        HostHealth,
        OperationsHost,
        AskContexts,
        LiveFeed,
        ContractSender,
        {
          provide: Watchdog,
          inject: [WatchList, Impairments, HostLifecycle, RemoteLink],
          useFactory: (list: WatchList, impairments: Impairments, lifecycle: HostLifecycle, link: RemoteLink) => {
            list.join(new WatchedLink(() => link.health()));
            return new Watchdog(list, impairments, lifecycle);
          },
        },
      ],
      exports: [
        HOST_CONFIG,
        ...settings.map(({ provide }) => provide),
        ResilienceRegistry,
        KEY_SOURCE,
        HostReport,
        HostPresence,
        ContractSender,
        EndedSessions,
        SESSION_ENDS,
      ],
    };
  }

  /**
   * `forRoot` with what other modules provide: `forRootAsync({ imports: [ConfigModule], inject: [ConfigService],
   * useFactory })`. They are made once more for it, before the application: import what holds configuration, not what
   * opens connections. The application's `dataSource` is a token, as ever. Awaited by Nest, which rejects with what the
   * factory throws; what is wrong in the options is refused as by `forRoot`.
   */
  static forRootAsync(options: AsyncHostOptions): Promise<DynamicModule> {
    requireOneCqrs();
    const made = optionsFrom(options).then((known) => IsolithModule.forRoot(known));
    // Nest awaits it once the application is created; until then nobody is to take a refusal for one that was missed.
    made.catch(() => undefined);
    return made;
  }

  /**
   * Imported by a context's own module, once; gives it UnitOfWork, ContextDatabase, and, where they are stated,
   * Aggregates, Projections and Sagas of that context.
   */
  static forFeature<D extends ContextDescriptor>(
    descriptor: D,
    ...[feature]: {} extends ContextFeature<D> ? [feature?: ContextFeature<D>] : [feature: ContextFeature<D>]
  ): DynamicModule;
  static forFeature(descriptor: ContextDescriptor, feature?: ContextFeature<ContextDescriptor>): DynamicModule {
    return { module: ContextFeatureModule, ...partsOf(descriptor, feature) };
  }
}

/** Holds the parts of one context; Nest tells its instances apart by their imports. */
@Module({})
class ContextFeatureModule {}

/** Every host hears and says which sessions have ended. */
function withBroadcast(addresses: Addresses, broadcasts: boolean): Addresses {
  if (!broadcasts) return addresses;
  const toAll = { lane: 'broadcast' } as const;
  return { listensAt: [...addresses.listensAt, toAll], sendsTo: [...addresses.sendsTo, toAll] };
}
