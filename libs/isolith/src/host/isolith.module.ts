import { randomInt } from 'node:crypto';
import { GATEWAY, type AnyContractClass, type MessageClass, type RequestContract } from '@isolith/contracts';
import type { DatabaseTarget, EntityClass, MigrationClass, Retention } from '@isolith/journal';
import { JournalHost, JournalModule } from '@isolith/journal/nest';
import { parityTransport, SignedTransport, type SubscriptionInfo, type RemoteTransport } from '@isolith/message-bus';
import { HostLifecycle, MessageBusModule, type SubscriptionFeature } from '@isolith/message-bus/nest';
import { ObservabilityModule } from '@isolith/observability/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { type DeclaresSaga, SagaModule } from '@isolith/saga/nest';
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { HostConfig } from '../config/host-config.js';
import { EdgeModule, KEY_SOURCE } from '../http/edge.module.js';
import { ActuatorController } from '../ops/actuator.controller.js';
import { HealthController } from '../ops/health.controller.js';
import { HostHealth } from '../ops/host-health.js';
import { HostMetrics } from '../ops/host-metrics.js';
import { MetricsController } from '../ops/metrics.controller.js';
import { ParkedController } from '../ops/parked.controller.js';
import { SagasController } from '../ops/sagas.controller.js';
import { AskContexts } from '../operations/ask-contexts.js';
import { OperationsHost } from '../operations/operations-host.js';
import { HostChecks } from './host-checks.js';
import { HostReport } from './host-report.js';
import { HostSecret } from './host-secret.js';
import { MessageTokens } from './message-tokens.js';
import { RemoteLink } from './remote-link.js';
import { HostSettings } from './host-settings.js';
import { HOST_CONFIG, PARITY_SEED, REFUSED_SENDERS, type RefusedSenders } from './tokens.js';

export interface HostOptions {
  readonly config: HostConfig;
  /** Reaches the contexts that are elsewhere. Who sends what is signed and checked around it. */
  readonly remote?: RemoteTransport;
  /** Every subscription of the application, wherever it runs. */
  readonly subscriptions?: readonly SubscriptionInfo[];
  /** Schemas that are no context of their own, each with the context whose database they are in. */
  readonly databaseOf?: Readonly<Record<string, string>>;
  /** `service` in metrics; `isolith` when absent. */
  readonly service?: string;
  /** How long handled messages, and events that everybody was served, are kept; 30 days, and for ever. */
  readonly retention?: Retention;
  /** The whole number that draws the faults of parity mode (`ISOLITH_PARITY=1`); a random one when absent. */
  readonly paritySeed?: number;
}

const SEEDS = 2 ** 31;

/** What one context states about itself, to every part of the host. */
export interface ContextFeature {
  readonly context: string;
  /** All messages that the context owns (`contractsIn(contract)`); each command and query must have a handler. */
  readonly contracts?: readonly AnyContractClass[];
  /** Foreign commands and queries that it sends. */
  readonly needs?: readonly MessageClass<RequestContract>[];
  readonly subscriptions?: Readonly<Record<string, SubscriptionFeature>>;
  readonly entities?: readonly EntityClass[];
  readonly migrations?: readonly MigrationClass[];
  /** Where it differs from the host's. */
  readonly retention?: Retention;
  /** Providers of the context's module that declare its sagas. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
}

/** A host: the bus, the journals, the HTTP edge with health, metrics and actuator, and the checks before all of them start. */
@Module({})
export class IsolithModule {
  /** Once per application. Refuses the start (StartRefusedError) with everything that is wrong in configuration and wiring. */
  static forRoot({
    config,
    remote,
    subscriptions = [],
    databaseOf = {},
    retention,
    service = 'isolith',
    paritySeed = randomInt(SEEDS),
  }: HostOptions): DynamicModule {
    const { values, placement } = config;
    const parity = values.ISOLITH_PARITY ? { local: parityTransport({ seed: paritySeed }) } : {};
    const targetOf = (context: string): DatabaseTarget => {
      const url = config.databaseUrl(databaseOf[context] ?? context);
      return url === undefined
        ? { kind: 'pglite', dataDir: values.DATA_DIR }
        : { kind: 'postgres', url, poolSize: values.DATABASE_POOL };
    };
    const secret = new HostSecret({ given: values.AUTH_SECRET, dataDir: values.DATA_DIR });
    const logger = new Logger('MessageBus');
    const refused: RefusedSenders = { count: 0 };
    const signed =
      remote &&
      new SignedTransport(remote, new MessageTokens(secret), ({ type, id, source }, to, reason) => {
        refused.count += 1;
        logger.warn({ message: `refused: ${reason.message}`, type, id, source, to });
      });
    return {
      module: IsolithModule,
      global: true,
      imports: [
        MessageBusModule.forRoot({
          // The gateway handles no messages; it only sends.
          placement: { here: placement.here.filter((context) => context !== GATEWAY) },
          shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
          subscriptions,
          ...parity,
          ...(signed === undefined ? {} : { remote: signed }),
        }),
        JournalModule.forRoot({ targetOf, ...(retention === undefined ? {} : { retention }) }),
        ObservabilityModule.forRoot({ service }),
        // Health answers say what is down; a log line for each question would only repeat it.
        TerminusModule.forRoot({ logger: false }),
        EdgeModule.forRoot(),
      ],
      controllers: [HealthController, MetricsController, ActuatorController, SagasController, ParkedController],
      providers: [
        { provide: HOST_CONFIG, useValue: config },
        { provide: REFUSED_SENDERS, useValue: refused },
        { provide: PARITY_SEED, useValue: values.ISOLITH_PARITY ? paritySeed : undefined },
        { provide: HostSettings, useFactory: () => new HostSettings(config) },
        { provide: ResilienceRegistry, useFactory: () => new ResilienceRegistry() },
        {
          provide: HostChecks,
          inject: [ModulesContainer, HostLifecycle, ResilienceRegistry],
          useFactory: (modules: ModulesContainer, lifecycle: HostLifecycle, resilience: ResilienceRegistry) =>
            new HostChecks(
              { config, hasTransport: remote !== undefined, resilience, modules, root: IsolithModule },
              lifecycle,
            ),
        },
        {
          provide: KEY_SOURCE,
          // The journal joins the host first: a data folder that belongs to another process stays untouched.
          inject: [HostLifecycle, JournalHost],
          useFactory: (lifecycle: HostLifecycle) => {
            lifecycle.join(secret);
            return secret;
          },
        },
        {
          provide: RemoteLink,
          // After the secret: what arrives can be verified from the first message on.
          inject: [HostLifecycle, KEY_SOURCE],
          useFactory: (lifecycle: HostLifecycle) => new RemoteLink(remote, lifecycle),
        },
        HostReport,
        HostHealth,
        HostMetrics,
        OperationsHost,
        AskContexts,
      ],
      exports: [HOST_CONFIG, HostSettings, ResilienceRegistry, KEY_SOURCE, HostReport],
    };
  }

  /** Imported by a context's own module, once; gives it UnitOfWork, ContextDatabase, EventStore and (with `sagas`) Sagas of that context. */
  static forFeature({
    context,
    contracts,
    needs,
    subscriptions,
    entities,
    migrations,
    retention,
    sagas,
  }: ContextFeature): DynamicModule {
    const journal = JournalModule.forFeature({
      context,
      ...(entities === undefined ? {} : { entities }),
      ...(migrations === undefined ? {} : { migrations }),
      ...(retention === undefined ? {} : { retention }),
    });
    const bus = MessageBusModule.forFeature({
      context,
      ...(contracts === undefined ? {} : { contracts }),
      ...(needs === undefined ? {} : { needs }),
      ...(subscriptions === undefined ? {} : { subscriptions }),
    });
    const bound = sagas === undefined ? [journal] : [journal, SagaModule.forFeature({ context, sagas })];
    return { module: ContextFeatureModule, imports: [bus, ...bound], exports: bound };
  }
}

/** Holds the parts of one context; Nest tells its instances apart by their imports. */
@Module({})
class ContextFeatureModule {}
