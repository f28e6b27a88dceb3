import { anyone, command, event } from '@isolith/contracts';
import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Module } from '@nestjs/common';
import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { z } from 'zod';

export class OrderPlaced extends event('orders.order-placed', {
  input: z.object({ customer: z.string(), nth: z.int() }),
  key: 'customer',
}) {}
export class PlaceOrder extends command('orders.place-order', {
  input: z.object({ customer: z.string(), nth: z.int() }),
  output: z.object({ placed: z.int() }),
  access: [anyone()],
}) {}

export const orders = context('orders', { contracts: [OrderPlaced, PlaceOrder] });

/** What the tests do to the handler's way; each time it is asked. */
export const onTheWay = { check: async (): Promise<void> => undefined };

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  async execute({ customer, nth }: PlaceOrder): Promise<{ placed: number }> {
    await onTheWay.check();
    return this.unit.run(async () => {
      this.events.publish(new OrderPlaced({ customer, nth }));
      return { placed: nth };
    });
  }
}

@Module({ imports: [IsolithModule.forFeature(orders)], providers: [PlaceOrderHandler] })
export class OrdersModule {}
