import { context, IsolithModule } from '@isolith/isolith';
import { Injectable, Module } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { OrderPlaced } from './orders.js';

/** Somebody else's server, and what the tests make of it. */
@Injectable()
export class MailServer {
  readonly sent: string[] = [];
  fault: ((text: string) => Error | undefined) | undefined;
  tried = 0;

  async send(text: string): Promise<void> {
    this.tried += 1;
    const error = this.fault?.(text);
    if (error !== undefined) throw error;
    this.sent.push(text);
  }
}

export const mails = context('mails', { subscriptions: { 'order-mails': { events: [OrderPlaced] } } });

@EventsHandler(OrderPlaced)
class OnOrderPlaced {
  constructor(private readonly server: MailServer) {}

  async handle({ customer, nth }: OrderPlaced): Promise<void> {
    await this.server.send(`${customer} ${nth}`);
  }
}

@Module({
  imports: [
    IsolithModule.forFeature(mails, {
      subscriptions: {
        'order-mails': {
          handlers: [OnOrderPlaced],
          retry: { attempts: 3, initialDelayMs: 20, maxDelayMs: 200 },
        },
      },
    }),
  ],
  providers: [OnOrderPlaced, MailServer],
})
export class MailsModule {}
