import { randomUUID } from 'node:crypto';
import type { DispatchOptions } from '@isolith/message-bus';
import { openContext, service, user, type RecordedFact } from '@isolith/testing';
import { QueryHandler, type Command, type Query } from '@nestjs/cqrs';
import type { z } from 'zod';
import { GetOrder, type OrderView, type OrderStatus } from '../../orders/orders.contract.js';
import { shipments } from '../shipments.context.js';
import { CreateShipment, type ShippingAddress } from '../shipments.contract.js';
import { ShipmentsModule } from '../shipments.module.js';

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;

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
  const opened = await openContext(shipments, { module: ShipmentsModule, standIns: [OrdersOnTheOtherSide] });
  const send = <R>(command: Command<R>, options: DispatchOptions = {}): Promise<R> =>
    opened.send(command, service('orders'), options);
  return {
    orders: opened.get(OrdersOnTheOtherSide),
    /** Sends a command as the orders context. */
    send,
    create: (orderId: string): Promise<{ shipmentId: string; trackingNumber: string }> =>
      send(new CreateShipment({ orderId, lines, address })),
    sendAsUser: <R>(command: Command<R>, roles: readonly string[] = ['support']): Promise<R> =>
      opened.send(command, user(randomUUID(), ...roles)),
    askAsUser: <R>(query: Query<R>, roles: readonly string[] = ['support']): Promise<R> =>
      opened.ask(query, user(randomUUID(), ...roles)),
    /** What shipments have recorded of an order, in order. */
    recorded: (orderId: string): Promise<readonly RecordedFact[]> => opened.recorded(orderId),
    close: (): Promise<void> => opened.close(),
  };
}

export type ShipmentsUnderTest = Awaited<ReturnType<typeof openShipments>>;
