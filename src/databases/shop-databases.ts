import { journalMigrations, type ContextSpec } from '@isolith/journal';
import { inventoryDatabases } from '../inventory/inventory.database.js';
import { notificationsDatabases } from '../notifications/notifications.database.js';
import { ordersDatabases } from '../orders/orders.database.js';
import { paymentsDatabases } from '../payments/payments.database.js';
import { productsDatabases } from '../products/products.database.js';
import { shipmentsDatabases } from '../shipments/shipments.database.js';
import { usersDatabases } from '../users/users.database.js';

/** Every schema of the shop, with the journal's tables that each of them has. */
export const shopDatabases: readonly ContextSpec[] = [
  ...usersDatabases,
  ...productsDatabases,
  ...inventoryDatabases,
  ...paymentsDatabases,
  ...shipmentsDatabases,
  ...notificationsDatabases,
  ...ordersDatabases,
].map(({ migrations, ...database }) => ({ ...database, migrations: [...journalMigrations, ...migrations] }));
