import type { AnyEventClass } from '@isolith/contracts';
import type { SubscriptionInfo } from '@isolith/message-bus';
import { inventorySubscriptions } from './inventory/inventory.subscriptions.js';
import { notificationsSubscriptions } from './notifications/notifications.subscriptions.js';
import { ordersSubscriptions } from './orders/orders.subscriptions.js';
import { paymentsSubscriptions } from './payments/payments.subscriptions.js';
import { productsSubscriptions } from './products/products.subscriptions.js';
import { shipmentsSubscriptions } from './shipments/shipments.subscriptions.js';
import { usersSubscriptions } from './users/users.subscriptions.js';

type Stated = Readonly<
  Record<string, { readonly events: readonly AnyEventClass[]; readonly from: 'beginning' | 'now' }>
>;

const stated: Readonly<Record<string, Stated>> = {
  inventory: inventorySubscriptions,
  notifications: notificationsSubscriptions,
  orders: ordersSubscriptions,
  payments: paymentsSubscriptions,
  products: productsSubscriptions,
  shipments: shipmentsSubscriptions,
  users: usersSubscriptions,
};

/** Every subscription of the shop, wherever it runs: whoever produces an event knows all who take it. */
export const shopSubscriptions: readonly SubscriptionInfo[] = Object.entries(stated).flatMap(
  ([context, subscriptions]) =>
    Object.entries(subscriptions).map(([subscription, { events, from }]) => ({
      context,
      subscription,
      from,
      events: events.map(({ contract }) => contract),
    })),
);
