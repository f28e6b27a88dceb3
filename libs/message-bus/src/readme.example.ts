import { anyone, command, failure } from '@isolith/contracts';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';

const Wanted = z.object({ sku: z.string(), quantity: z.int().min(1) });

export class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ left: z.int() }),
  status: 409,
  detail: 'out of stock',
}) {}
export class ReserveStock extends command('inventory.reserve-stock', {
  input: Wanted,
  output: z.object({ left: z.int() }),
  failures: [OutOfStock],
}) {}
export class PlaceOrder extends command('orders.place-order', {
  input: Wanted,
  output: z.object({ status: z.string() }),
  access: [anyone()],
}) {}

@CommandHandler(ReserveStock)
class ReserveStockHandler {
  private left = 10;

  async execute({ quantity }: ReserveStock) {
    if (quantity > this.left) throw new OutOfStock({ left: this.left });
    return { left: (this.left -= quantity) };
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(private readonly commands: CommandBus) {}

  async execute({ sku, quantity }: PlaceOrder) {
    try {
      await this.commands.execute(new ReserveStock({ sku, quantity }));
      return { status: 'placed' };
    } catch (error) {
      if (error instanceof OutOfStock) return { status: `only ${error.data.left} left` };
      throw error;
    }
  }
}

@Module({
  imports: [MessageBusModule.forFeature({ context: 'inventory', contracts: [ReserveStock] })],
  providers: [ReserveStockHandler],
})
export class InventoryModule {}

@Module({
  imports: [MessageBusModule.forFeature({ context: 'orders', contracts: [PlaceOrder], needs: [ReserveStock] })],
  providers: [PlaceOrderHandler],
})
export class OrdersModule {}

@Module({
  imports: [MessageBusModule.forRoot({ placement: { here: ['orders', 'inventory'] } }), OrdersModule, InventoryModule],
})
export class AppModule {}
