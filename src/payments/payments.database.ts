import { sagaMigrations } from '@isolith/saga';
import { paymentsMigrations } from './infra/payments.migrations.js';
import { SANDBOX } from './infra/provider/sandbox-ledger.js';
import { sandboxMigrations } from './infra/provider/sandbox.migrations.js';

/** What the context keeps, for whoever works on its database without running it; the sandbox provider has a schema of its own. */
export const paymentsDatabases = [
  { context: 'payments', entities: [], migrations: [...paymentsMigrations, ...sagaMigrations] },
  { context: SANDBOX, entities: [], migrations: sandboxMigrations },
] as const;
