import { mcpSettings } from '@isolith/agents/mcp-settings';
import { consoleSettings } from '@isolith/console';
import { application, lazily, setting } from '@isolith/isolith';
import { z } from 'zod';
import { assistant } from './assistant/assistant.context.js';
import { inventory } from './inventory/inventory.context.js';
import { notifications } from './notifications/notifications.context.js';
import { orders } from './orders/orders.context.js';
import { payments } from './payments/payments.context.js';
import { products } from './products/products.context.js';
import { shipments } from './shipments/shipments.context.js';
import { endedSessions, users } from './users/users.context.js';

const MOST_REQUESTS_PER_SECOND = 100_000;

const LONGEST_QUEUE_MS = 10_000;

const number = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);
const rate = number.pipe(z.int().min(1).max(MOST_REQUESTS_PER_SECOND));

/** The shop: the one list of its contexts, each with where its code is. Hosts, tools and tests go by it. */
export const shop = application(
  'shop',
  [
    lazily(users, {
      module: async () => (await import('./users/users.module.js')).UsersModule,
      routes: async () => (await import('./users/users.routes.js')).usersRoutes,
    }),
    lazily(products, {
      module: async () => (await import('./products/products.module.js')).ProductsModule,
      routes: async () => (await import('./products/products.routes.js')).productsRoutes,
    }),
    lazily(inventory, {
      module: async () => (await import('./inventory/inventory.module.js')).InventoryModule,
      routes: async () => (await import('./inventory/inventory.routes.js')).inventoryRoutes,
    }),
    lazily(payments, {
      module: async () => (await import('./payments/payments.module.js')).PaymentsModule,
      routes: async () => (await import('./payments/payments.routes.js')).paymentsRoutes,
    }),
    lazily(shipments, {
      module: async () => (await import('./shipments/shipments.module.js')).ShipmentsModule,
      routes: async () => (await import('./shipments/shipments.routes.js')).shipmentsRoutes,
    }),
    lazily(notifications, {
      module: async () => (await import('./notifications/notifications.module.js')).NotificationsModule,
      routes: async () => (await import('./notifications/notifications.routes.js')).notificationsRoutes,
    }),
    lazily(orders, {
      module: async () => (await import('./orders/orders.module.js')).OrdersModule,
      routes: async () => (await import('./orders/orders.routes.js')).ordersRoutes,
    }),
    lazily(assistant, {
      module: async () => (await import('./assistant/assistant.module.js')).AssistantModule,
      routes: async () => (await import('./assistant/assistant.routes.js')).assistantRoutes,
    }),
  ],
  {
    ...consoleSettings,
    ...mcpSettings,
    RATE_LIMIT: setting(
      `a whole number from 1 to ${MOST_REQUESTS_PER_SECOND}, or off`,
      z.union([z.literal('off'), rate]).default(50),
    ),
    RATE_LIMIT_NETWORK: setting(`a whole number from 1 to ${MOST_REQUESTS_PER_SECOND}`, rate.optional()),
    // Milliseconds.
    LOAD_SHEDDING: setting(
      `a whole number from 1 to ${LONGEST_QUEUE_MS}, or off`,
      z.union([z.literal('off'), number.pipe(z.int().min(1).max(LONGEST_QUEUE_MS))]).default(100),
    ),
  },
);

export { endedSessions };
