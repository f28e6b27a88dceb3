import { type Environment, parseConfig } from '@isolith/isolith';
import type { DatabaseTarget } from '@isolith/postgres';
import { ADMIN_DATABASE_URL } from './admin-database.js';
import { shop } from '../shop.js';

export interface DatabaseConfig {
  /** The folder of the embedded database, whether it is used or not. */
  readonly dataDir: string;
  /** Where a host with this environment keeps the rows of a context. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** All that is wrong, one sentence each, beginning with the variable's name. */
  readonly violations: readonly string[];
}

/**
 * What an environment says about databases, read as a host reads it; what it says about other things is no concern of a
 * tool's.
 */
export function databaseConfig(env: Environment): DatabaseConfig {
  const { config, violations } = parseConfig(
    shop,
    Object.fromEntries(
      Object.entries(env).filter(([name]) => /DATABASE|^DATA/.test(name) && !name.startsWith(ADMIN_DATABASE_URL)),
    ),
  );
  return { dataDir: config.values.DATA_DIR, targetOf: config.databaseTarget, violations };
}
