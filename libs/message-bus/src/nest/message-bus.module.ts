import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { HandBacks } from '../hand-backs.js';
import type { SubscriptionInfo } from '../handlers.js';
import { Impairments } from '../impairments.js';
import type { Placement } from '../placement.js';
import { MessageRouter } from '../router.js';
import { SignedTransport } from '../signed-transport.js';
import type { Transport } from '../transport.js';
import { WatchList } from '../watched.js';
import { CqrsRouting } from './cqrs-routing.js';
import { BusFeatureRegistration, type BusFeature } from './feature.js';
import { HostLifecycle } from './host-lifecycle.js';
import { HostListener } from './host-listener.js';
import { logImpairments } from './impairment-lines.js';

export interface MessageBusOptions {
  readonly placement: Placement;
  /** Carries messages between the contexts of this host, read as from the wire. Without one they are passed by function call. */
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

@Module({})
export class MessageBusModule {
  /**
   * Once per application: the router, the host's lifecycle, and routing on every bus of the container.
   * @throws {TypeError} for a remote transport that takes every sender at its word
   */
  static forRoot(options: MessageBusOptions): DynamicModule {
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
