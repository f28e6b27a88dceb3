import { usersMigrations } from './infra/users.migrations.js';

/** What the context keeps, for whoever works on its database without running it. */
export const usersDatabases = [{ context: 'users', entities: [], migrations: usersMigrations }] as const;
