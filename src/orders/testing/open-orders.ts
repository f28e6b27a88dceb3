import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventContract } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import {
  MessageRouter,
  runAs,
  runInScope,
  withOptions,
  type DispatchOptions,
  type MessageScope,
} from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { ShipmentDelivered, ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import {
  GetOrder,
  ListOrderTotals,
  PlaceOrder,
  type OrderStatus,
  type OrderTotal,
  type OrderView,
} from '../orders.contract.js';
import { OrdersModule } from '../orders.module.js';
import { shipmentId } from './order-stories.js';
import { address, OtherContexts, otherContexts } from './other-contexts.js';

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;
const HAPPENS_WITHIN_MS = 20_000;

/** Orders with their sagas as they run in a host, on a database of its own, among contexts that only pretend. Close them after use. */
export async function openOrders() {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['orders', 'products', 'inventory', 'payments', 'shipments'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      OrdersModule,
    ],
    providers: otherContexts,
  })
    .overrideProvider(ShopCurrency)
    .useValue(new ShopCurrency('EUR'))
    .compile();
  // The specs provoke errors; what they see of them is what counts.
  module.useLogger(false);
  await module.init();
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const router = module.get(MessageRouter);
  const database = module.select(OrdersModule).get(ContextDatabase, { strict: false });
  const unit = module.select(OrdersModule).get(UnitOfWork, { strict: false });

  const as = (user: string | undefined, roles: readonly string[] = ['customer']): MessageScope => ({
    context: 'gateway',
    principal: { service: 'gateway', roles, ...(user === undefined ? {} : { user }) },
    correlationId: 'spec',
  });
  const read = <S extends z.ZodType>(row: S, sql: string, params: readonly unknown[]) =>
    runAs('orders', () => database.query(row, sql, params));
  const order = (orderId: string): Promise<OrderView> =>
    runInScope(as(randomUUID(), ['support']), () => queries.execute(new GetOrder({ orderId })));
  const totals = (query: ListOrderTotals) => runAs('payments', () => queries.execute(query));

  return {
    others: module.get(OtherContexts),
    order,
    totals,
    send: <R>(
      command: Command<R>,
      user: string | undefined,
      { roles, ...options }: DispatchOptions & { roles?: readonly string[] } = {},
    ): Promise<R> => runInScope(as(user, roles), () => commands.execute(withOptions(command, options))),
    ask: <R>(query: Query<R>, user: string | undefined, roles?: readonly string[]): Promise<R> =>
      runInScope(as(user, roles), () => queries.execute(query)),
    place: async (user: string, quantity = 2): Promise<string> => {
      const command = new PlaceOrder({ lines: [{ sku: 'MUG-001', quantity }], paymentToken: 'tok_ok', address });
      return (await runInScope(as(user), () => commands.execute(command))).orderId;
    },
    /** Waits until the order has the status; fails with the status that it has instead. */
    until: async (orderId: string, status: OrderStatus, settled?: boolean): Promise<OrderView> => {
      const end = Date.now() + HAPPENS_WITHIN_MS;
      for (;;) {
        const found = await order(orderId);
        const { items } = await totals(new ListOrderTotals({}));
        const total: OrderTotal | undefined = items.find((item) => item.orderId === orderId);
        if (found.status === status && (settled === undefined || total?.settled === settled)) return found;
        if (Date.now() > end)
          throw new Error(
            `order ${orderId} is ${found.status} (settled: ${total?.settled}), not ${status} (settled: ${settled})`,
          );
        await pause(10);
      }
    },
    /** The shipment tells that the goods have left or arrived; a repetition has the same id. */
    tell: (happened: 'dispatched' | 'delivered', orderId: string, id: string = randomUUID()): Promise<void> => {
      const contract: EventContract =
        happened === 'dispatched' ? ShipmentDispatched.contract : ShipmentDelivered.contract;
      return router.deliver(
        [
          {
            specversion: '1.0',
            id,
            source: '/shipments',
            type: contract.name,
            time: new Date().toISOString(),
            subject: orderId,
            kind: 'event',
            schemaversion: 1,
            correlationid: id,
            data: { orderId, shipmentId },
          },
        ],
        { lane: 'subscription', context: 'orders', subscription: 'order-shipping' },
        AbortSignal.timeout(HAPPENS_WITHIN_MS),
      );
    },
    /** What retention does when the time of stored replies is over. */
    forgetReplies: () => runAs('orders', () => unit.run(() => unit.execute('DELETE FROM orders.inbox'))),
    details: (orderId: string) =>
      read(
        z.object({ payment_token: z.string().nullable(), address: z.unknown() }),
        'SELECT payment_token, address FROM orders.order_details WHERE order_id = $1',
        [orderId],
      ),
    /** The events of an order that wait for an operator. */
    parked: async (orderId: string): Promise<string[]> =>
      (
        await read(
          z.object({ type: z.string() }),
          'SELECT type FROM orders.parked_message WHERE key = $1 ORDER BY position',
          [orderId],
        )
      ).map(({ type }) => type),
    /** The types of the events in the order's stream. */
    stream: async (orderId: string): Promise<string[]> =>
      (
        await read(
          z.object({ type: z.string() }),
          'SELECT type FROM orders.journal WHERE stream = $1 ORDER BY version',
          [`order-${orderId}`],
        )
      ).map(({ type }) => type),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type OrdersUnderTest = Awaited<ReturnType<typeof openOrders>>;
