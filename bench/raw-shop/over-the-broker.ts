import type { Pool } from 'pg';
import type { Broker } from './broker.js';
import type { Confirmed, NewOrder, Others } from './messages.js';
import { Orders } from './orders.js';
import { OtherContexts } from './other-contexts.js';

const [PRODUCTS, INVENTORY, PAYMENTS, SHIPMENTS, MAILS, ORDERS] = [
  'products.queries',
  'inventory.requests',
  'payments.requests',
  'shipments.requests',
  'notifications.order-mails',
  'orders.requests',
];
const COMMANDS = [INVENTORY, PAYMENTS, SHIPMENTS, MAILS, ORDERS];

/** Both sides, so that neither has to wait for the other. */
export async function declareQueues(broker: Broker): Promise<void> {
  await broker.declare(PRODUCTS, 'queries');
  for (const queue of COMMANDS) await broker.declare(queue, 'commands');
}

/** The contexts around orders, as orders see them from another process. */
export const remoteOthers = (broker: Broker): Others => ({
  prices: (skus) => broker.request(PRODUCTS, 'queries', skus),
  reserve: (command) => broker.request(INVENTORY, 'commands', command),
  charge: (command) => broker.request(PAYMENTS, 'commands', command),
  ship: (command) => broker.request(SHIPMENTS, 'commands', command),
  confirmed: (event) => broker.publish(MAILS, event),
});

/** Orders, as the gateway sees them from another process. */
export const remotePlace =
  (broker: Broker) =>
  (id: string, order: NewOrder): Promise<{ orderId: string }> =>
    broker.request(ORDERS, 'commands', { id, order });

export async function serveOthers(broker: Broker, pool: Pool): Promise<void> {
  const others = new OtherContexts(pool);
  await broker.serve<string[]>(PRODUCTS, 'queries', (skus) => others.prices(skus));
  await broker.serve<Parameters<Others['reserve']>[0]>(INVENTORY, 'commands', (command) => others.reserve(command));
  await broker.serve<Parameters<Others['charge']>[0]>(PAYMENTS, 'commands', (command) => others.charge(command));
  await broker.serve<Parameters<Others['ship']>[0]>(SHIPMENTS, 'commands', (command) => others.ship(command));
  await broker.serve<Confirmed>(MAILS, 'commands', (event) => others.confirmed(event));
}

export async function serveOrdersContext(broker: Broker, pool: Pool): Promise<void> {
  const orders = new Orders(pool, remoteOthers(broker), (error) => {
    throw error;
  });
  await broker.serve<{ id: string; order: NewOrder }>(ORDERS, 'commands', ({ id, order }) => orders.place(id, order));
}
