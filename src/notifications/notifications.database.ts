import { notificationsMigrations } from './infra/notifications.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const notificationsDatabases = [
  { context: 'notifications', entities: [], migrations: notificationsMigrations },
] as const;
