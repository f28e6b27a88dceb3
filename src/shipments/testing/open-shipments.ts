import { randomUUID } from 'node:crypto';
import { ContextDatabase } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { runAs, runInScope, withOptions, type DispatchOptions } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { CommandBus, QueryBus, QueryHandler, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { GetOrder, OrderView, type OrderStatus } from '../../orders/orders.contract.js';
import { CreateShipment, type ShippingAddress } from '../shipments.contract.js';
import { ShipmentsModule } from '../shipments.module.js';

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;

const EventRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

export const address: z.output<typeof ShippingAddress> = {
  name: 'Ada',
  line1: '1 Main St',
  city: 'London',
  postalCode: 'N1',
  country: 'GB',
};
export const lines = [{ sku: 'MUG-001', quantity: 2 }];

/** Stands for the orders context; every order is confirmed unless a spec says otherwise. */
@QueryHandler(GetOrder)
export class OrdersOnTheOtherSide {
  readonly statuses = new Map<string, OrderStatus>();
  /** Runs before each answer. */
  beforeAnswer: () => Promise<void> = async () => undefined;

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    await this.beforeAnswer();
    const status = this.statuses.get(orderId) ?? 'confirmed';
    return { id: orderId, customerId: randomUUID(), status, lines: [], totalMinor: 0, currency: 'EUR', history: [] };
  }
}

/** Shipments as they run in a host, on a database of its own. Close them after use. */
export async function openShipments() {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['shipments', 'orders'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      ShipmentsModule,
    ],
    providers: [OrdersOnTheOtherSide],
  }).compile();
  // The specs provoke errors; what they see of them is what counts.
  module.useLogger(false);
  await module.init();
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const database = module.select(ShipmentsModule).get(ContextDatabase, { strict: false });
  const as = (roles: readonly string[]) => ({
    context: 'gateway',
    principal: { service: 'gateway', user: randomUUID(), roles },
    correlationId: 'spec',
  });
  const send = <R>(command: Command<R>, options: DispatchOptions = {}): Promise<R> =>
    runAs('orders', () => commands.execute(withOptions(command, options)));
  return {
    orders: module.get(OrdersOnTheOtherSide),
    /** Sends a command as the orders context. */
    send,
    create: (orderId: string): Promise<{ shipmentId: string; trackingNumber: string }> =>
      send(new CreateShipment({ orderId, lines, address })),
    sendAsUser: <R>(command: Command<R>, roles: readonly string[] = ['support']): Promise<R> =>
      runInScope(as(roles), () => commands.execute(command)),
    askAsUser: <R>(query: Query<R>, roles: readonly string[] = ['support']): Promise<R> =>
      runInScope(as(roles), () => queries.execute(query)),
    /** What shipments have recorded of an order, in order. */
    recorded: (orderId: string): Promise<z.output<typeof EventRow>[]> =>
      runAs('shipments', () =>
        database.query(EventRow, 'SELECT type, data FROM shipments.journal WHERE key = $1 ORDER BY position', [
          orderId,
        ]),
      ),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type ShipmentsUnderTest = Awaited<ReturnType<typeof openShipments>>;
