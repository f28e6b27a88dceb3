import { sagaMigrations } from '@isolith/saga';
import { ordersMigrations } from './infra/orders.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const ordersDatabases = [
  { context: 'orders', entities: [], migrations: [...ordersMigrations, ...sagaMigrations] },
] as const;
