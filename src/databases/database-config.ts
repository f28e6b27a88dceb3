import { type Environment, parseConfig } from '@isolith/isolith';
import type { DatabaseTarget } from '@isolith/journal';
import { DATABASE_OF, SHOP_CONTEXTS, shopConfig } from '../shop.config.js';

export interface DatabaseConfig {
  /** The folder of the embedded database, whether it is used or not. */
  readonly dataDir: string;
  /** Where a host with this environment keeps the rows of a context. */
  readonly targetOf: (context: string) => DatabaseTarget;
  /** All that is wrong, one sentence each, beginning with the variable's name. */
  readonly violations: readonly string[];
}

/** What an environment says about databases, read as a host reads it; what it says about other things is no concern of a tool's. */
export function databaseConfig(env: Environment): DatabaseConfig {
  const { config, violations } = parseConfig(
    shopConfig,
    Object.fromEntries(Object.entries(env).filter(([name]) => /DATABASE|^DATA/.test(name))),
    SHOP_CONTEXTS,
  );
  const { DATA_DIR: dataDir, DATABASE_POOL: poolSize } = config.values;
  return {
    dataDir,
    targetOf: (context) => {
      const url = config.databaseUrl(DATABASE_OF[context] ?? context);
      return url === undefined ? { kind: 'pglite', dataDir } : { kind: 'postgres', url, poolSize };
    },
    violations,
  };
}
