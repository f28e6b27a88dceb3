import type { Environment } from '@isolith/isolith';
import { commandLineSource } from '@isolith/postgres';
import type { DataSource } from 'typeorm';
import { databaseConfig } from './database-config.js';
import { shopDatabases } from './shop-databases.js';

/** Names the context for TypeORM's command line, which has no option of its own for it. */
export const ORM_CONTEXT = 'ORM_CONTEXT';

/**
 * The DataSource of the context that ORM_CONTEXT names, on the database that a host with this environment would use.
 * @throws Error naming the variable if it names none, or if the environment says something wrong about databases
 */
export async function ormDataSource(env: Environment): Promise<DataSource> {
  const databases = await shopDatabases();
  const named = env[ORM_CONTEXT];
  const known = databases.map(({ context }) => context).join(', ');
  const spec = databases.find(({ context }) => context === named);
  if (spec === undefined)
    throw new Error(
      `${ORM_CONTEXT}: expected one of ${known}, got ${JSON.stringify(named ?? '')}; npm run typeorm -- --context <context> sets it`,
    );
  const { targetOf, violations } = databaseConfig(env);
  if (violations.length > 0) throw new Error(violations.join('; '));
  return commandLineSource(spec, targetOf(spec.context));
}
