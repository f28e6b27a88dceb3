import { inventoryMigrations } from './infra/inventory.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const inventoryDatabases = [{ context: 'inventory', entities: [], migrations: inventoryMigrations }] as const;
