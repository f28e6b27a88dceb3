import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Principal } from '@isolith/contracts';
import type { DispatchOptions } from '@isolith/message-bus';
import { nobody, openContext, service, user as userOf } from '@isolith/testing';
import type { Command, Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { ShipmentDelivered, ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { orders } from '../orders.context.js';
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

const as = (user: string | undefined, roles: readonly string[] = ['customer']): Principal =>
  user === undefined ? nobody : userOf(user, ...roles);

/**
 * Orders with their sagas as they run in a host, on a database of its own, among contexts that only pretend. Close them
 * after use.
 */
export async function openOrders() {
  const opened = await openContext(orders, {
    module: OrdersModule,
    standIns: otherContexts,
    env: { SHOP_CURRENCY: 'EUR' },
  });
  const order = (orderId: string): Promise<OrderView> =>
    opened.ask(new GetOrder({ orderId }), as(randomUUID(), ['support']));
  const totals = (query: ListOrderTotals) => opened.ask(query, service('payments'));

  return {
    others: opened.get(OtherContexts),
    order,
    totals,
    send: <R>(
      command: Command<R>,
      user: string | undefined,
      { roles, ...options }: DispatchOptions & { roles?: readonly string[] } = {},
    ): Promise<R> => opened.send(command, as(user, roles), options),
    ask: <R>(query: Query<R>, user: string | undefined, roles?: readonly string[]): Promise<R> =>
      opened.ask(query, as(user, roles)),
    place: async (user: string, quantity = 2): Promise<string> => {
      const command = new PlaceOrder({ lines: [{ sku: 'MUG-001', quantity }], paymentToken: 'tok_ok', address });
      return (await opened.send(command, as(user))).orderId;
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
      const Happened = happened === 'dispatched' ? ShipmentDispatched : ShipmentDelivered;
      return opened.deliver('order-shipping', new Happened({ orderId, shipmentId }), id);
    },
    /** What retention does when the time of stored replies is over. */
    forgetReplies: () => opened.write('DELETE FROM orders.inbox'),
    details: (orderId: string) =>
      opened.read(
        z.object({ payment_token: z.string().nullable(), address: z.unknown() }),
        'SELECT payment_token, address FROM orders.order_details WHERE order_id = $1',
        [orderId],
      ),
    /** The events of an order that wait for an operator. */
    parked: async (orderId: string): Promise<string[]> =>
      (
        await opened.read(
          z.object({ type: z.string() }),
          'SELECT type FROM orders.parked_message WHERE key = $1 ORDER BY position',
          [orderId],
        )
      ).map(({ type }) => type),
    /** The types of the events in the order's stream. */
    stream: async (orderId: string): Promise<string[]> =>
      (
        await opened.read(
          z.object({ type: z.string() }),
          'SELECT type FROM orders.journal WHERE stream = $1 ORDER BY version',
          [`order-${orderId}`],
        )
      ).map(({ type }) => type),
    close: (): Promise<void> => opened.close(),
  };
}

export type OrdersUnderTest = Awaited<ReturnType<typeof openOrders>>;
