import { tellable } from '@isolith/contracts';
import { rebuildProjection, RebuildRefusedError } from '@isolith/event-sourcing/nest';
import type { Environment } from '@isolith/isolith';
import { DatabaseRefusedError, DataDirInUseError } from '@isolith/postgres';
import { shop } from '../shop.js';
import { databaseConfig } from './database-config.js';

/**
 * Builds a projection anew in the database that the environment names, and says how far it is.
 * @returns the exit code: 0 when the new one answers
 */
export async function rebuildShopProjection(
  env: Environment,
  name: string,
  say: (line: string) => void,
): Promise<0 | 1> {
  const { targetOf, violations } = databaseConfig(env);
  for (const violation of violations) say(violation);
  if (violations.length > 0) return 1;
  try {
    await rebuildProjection({ modules: await shop.modules(shop.names), targetOf, name, say });
    say(`${name} has been rebuilt`);
    return 0;
  } catch (error) {
    if (error instanceof DatabaseRefusedError) for (const reason of error.reasons) say(reason);
    else if (error instanceof DataDirInUseError || error instanceof RebuildRefusedError) say(error.message);
    else say(`failed: ${tellable(error).message}; start it again, it goes on where it was`);
    return 1;
  }
}
