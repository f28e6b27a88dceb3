import { Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { MessageRouter } from '../routing/router.js';
import { HostLifecycle } from './host-lifecycle.js';

/**
 * The listening side of a host: what arrives from other hosts is consumed from the end of the start on, until the
 * application closes. An application that is to answer HTTP before, takes it as a transport strategy of
 * @nestjs/microservices:
 *
 *   app.connectMicroservice({ strategy: app.get(HostListener).asMicroservice() });
 *   await app.listen(3000);
 *   await app.startAllMicroservices();
 *
 * Without a remote transport there is nothing to listen to and it does nothing.
 */
@Injectable()
export class HostListener extends Server implements CustomTransportStrategy {
  /** Whether what comes from other hosts is being taken. */
  listening = false;
  private begun: Promise<void> | undefined;
  private isMicroservice = false;

  constructor(
    private readonly router: MessageRouter,
    lifecycle: HostLifecycle,
  ) {
    super();
    this.setTransportId(Symbol('isolith'));
    // The last step of all: whoever hears of this host finds it whole.
    lifecycle.join({
      name: 'listening to other hosts',
      stage: 'report',
      start: async () => (this.isMicroservice ? undefined : this.begin()),
    });
  }

  /** Leaves the moment to Nest: nothing is taken before `startAllMicroservices()`. */
  asMicroservice(): this {
    this.isMicroservice = true;
    return this;
  }

  listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => callback(), callback);
  }

  /**
   * Begins the stop. Nest would wait here without a bound; what is being handled has until the grace, when the router
   * drains.
   */
  close(): void {
    this.listening = false;
    this.router
      .stopListeningToOthers()
      .catch((error: unknown) => new Logger('MessageBus').error('the host failed to stop listening to others', error));
  }

  /** There are no events of the medium to subscribe to: a transport reconciles its connections by itself. */
  on(event: string): never {
    throw new Error(`a host's listener has no event "${event}"`);
  }

  unwrap<T>(): T {
    throw new Error('the transport behind a host is not for direct use');
  }

  /** Once, whoever asks first. */
  private begin(): Promise<void> {
    this.begun ??= this.router.listenToOthers().then(() => void (this.listening = true));
    return this.begun;
  }
}
