import { Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { MessageRouter } from '../router.js';

/**
 * The listening side of a host as a transport strategy of @nestjs/microservices: what arrives from other hosts is
 * consumed from `startAllMicroservices()` on, until the application closes.
 *
 *   app.connectMicroservice({ strategy: app.get(HostListener) });
 *   await app.startAllMicroservices();
 *
 * Without a remote transport there is nothing to listen to and it does nothing.
 */
@Injectable()
export class HostListener extends Server implements CustomTransportStrategy {
  /** Whether what comes from other hosts is being taken. */
  listening = false;

  constructor(private readonly router: MessageRouter) {
    super();
    this.setTransportId(Symbol('isolith'));
  }

  listen(callback: (error?: unknown) => void): void {
    void this.begin(callback);
  }

  /** Begins the stop. Nest would wait here without a bound; what is being handled has until the grace, when the router drains. */
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

  private async begin(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.router.listenToOthers();
      this.listening = true;
      callback();
    } catch (error) {
      callback(error);
    }
  }
}
