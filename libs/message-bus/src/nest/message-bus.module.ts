import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { HandBacks } from '../transport/hand-backs.js';
import type { SubscriptionInfo } from '../receiving/handlers.js';
import { Impairments } from '../transport/impairments.js';
import type { Placement } from '../sending/placement.js';
import { MessageRouter } from '../routing/router.js';
import { SignedTransport } from '../transport/signed-transport.js';
import type { Transport } from '../transport/transport.js';
import { WatchList } from '../transport/watched.js';
import { CqrsRouting } from './cqrs-routing.js';
import { BusFeatureRegistration, type BusFeature } from './feature.js';
import { HostLifecycle } from './host-lifecycle.js';
import { requireOneCqrs } from './one-cqrs.js';
import { HostListener } from './host-listener.js';
import { logImpairments } from './impairment-lines.js';

/** What `MessageBusModule.forRoot` takes. */
export interface MessageBusOptions {
  readonly placement: Placement;
  /**
   * Carries messages between the contexts of this host, read as from the wire. Without one they are passed by function
   * call.
   */
  readonly local?: Transport;
  /** Reaches the contexts that are elsewhere. Unsigned, whoever reaches the medium could speak for every user. */
  readonly remote?: SignedTransport;
  /** Every subscription of the application, wherever it runs: a host relays its events to those elsewhere too. */
  readonly subscriptions?: readonly SubscriptionInfo[];
  /** Notes what this host can't serve and hands back to others. */
  readonly handBacks?: HandBacks;
  /** Milliseconds a sender waits for an answer unless it says otherwise; default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds that running work has to finish, from the moment the host begins to stop; default 10,000. */
  readonly shutdownGraceMs?: number;
}

/** Routing under the buses of `@nestjs/cqrs`: every `CommandBus`, `QueryBus` and `EventBus` of the container. */
@Module({})
export class MessageBusModule {
  /**
   * Once per application: the router, the host's lifecycle, and routing on every bus of the container.
   * @throws {TypeError} for a remote transport that takes every sender at its word, and for a caller with another copy
   *   of @nestjs/cqrs
   */
  static forRoot(options: MessageBusOptions): DynamicModule {
    requireOneCqrs();
    // For those whose compiler does not say so.
    if (options.remote !== undefined && !(options.remote instanceof SignedTransport))
      throw new TypeError(
        'MessageBusModule: remote takes every sender at its word; give it as new SignedTransport(remote, signer, …), or use IsolithModule',
      );
    const logger = new Logger('MessageBus');
    return {
      module: MessageBusModule,
      global: true,
      imports: [CqrsModule.forRoot(), DiscoveryModule],
      providers: [
        {
          provide: HostLifecycle,
          inject: [ModulesContainer],
          useFactory: (modules: ModulesContainer) => new HostLifecycle(modules, options.shutdownGraceMs ?? 10_000),
        },
        { provide: WatchList, useFactory: () => new WatchList() },
        { provide: Impairments, useFactory: () => new Impairments(logImpairments(new Logger('Impairments'))) },
        {
          provide: MessageRouter,
          inject: [WatchList],
          useFactory: (watchList: WatchList) => {
            const router = new MessageRouter({
              placement: options.placement,
              ...(options.local === undefined ? {} : { local: options.local }),
              ...(options.remote === undefined ? {} : { remote: options.remote }),
              ...(options.handBacks === undefined ? {} : { handBacks: options.handBacks }),
              ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
              onError: (message, error, { type, id, correlationid }) =>
                logger.error({ message, type, id, correlationid, err: error }),
            });
            for (const subscription of options.subscriptions ?? []) router.subscribe(subscription);
            watchList.join({ name: 'handlers and calls', look: () => router.waiting() });
            return router;
          },
        },
        CqrsRouting,
        HostListener,
      ],
      exports: [HostLifecycle, Impairments, WatchList, MessageRouter, CqrsRouting, HostListener, CqrsModule],
    };
  }

  /** What one context states about itself; imported by the context's own module. */
  static forFeature(feature: BusFeature): DynamicModule {
    return {
      module: MessageBusFeatureModule,
      providers: [{ provide: `bus feature of ${feature.context}`, useValue: new BusFeatureRegistration(feature) }],
    };
  }
}

/** Holds the registrations of one context; Nest tells its instances apart by their providers. */
@Module({})
class MessageBusFeatureModule {}
