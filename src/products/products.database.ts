import { productsMigrations } from './infra/products.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const productsDatabases = [{ context: 'products', entities: [], migrations: productsMigrations }] as const;
