import { shipmentsMigrations } from './infra/shipments.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const shipmentsDatabases = [{ context: 'shipments', entities: [], migrations: shipmentsMigrations }] as const;
