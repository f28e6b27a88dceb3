import { tellable } from '@isolith/contracts';
import type { Environment } from '@isolith/isolith';
import { DataDirInUseError, DataDirRefusedError, moveData, MoveRefusedError } from '@isolith/postgres';
import { databaseConfig } from './database-config.js';
import { shopDatabases } from './shop-databases.js';

/**
 * Moves the shop's rows from DATA_DIR to the PostgreSQL that the environment names, saying what it does.
 * @returns the exit code: 0 when everything that has a PostgreSQL is there, 1 when it was refused or failed
 */
export async function moveShopData(env: Environment, say: (line: string) => void): Promise<0 | 1> {
  const { dataDir, targetOf, violations } = databaseConfig(env);
  if (violations.length > 0) {
    for (const violation of violations) say(violation);
    return 1;
  }
  try {
    const moved = await moveData({ dataDir, contexts: await shopDatabases(), targetOf, say });
    const tables = moved.flatMap((context) => context.tables);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const count = (action: string): number => moved.filter((context) => context.action === action).length;
    say(
      `moved ${count('copy')} contexts, ${tables.length} tables, ${rows} rows, every table counted and summed on both sides; ${count('there already')} were there already`,
    );
    say(`${dataDir} was only read: keep it until you trust the new place, then remove its folder "postgres"`);
    return 0;
  } catch (error) {
    if (error instanceof MoveRefusedError)
      for (const reason of ['refused, nothing was written:', ...error.reasons]) say(reason);
    else if (error instanceof DataDirInUseError || error instanceof DataDirRefusedError) say(error.message);
    else
      say(
        `failed: ${reasonOf(error)}; contexts that were reported before are there, the others are not; start the move again when the cause is gone`,
      );
    return 1;
  }
}

/** A refused connection to a name with several addresses has no message of its own, only a code. */
function reasonOf(thrown: unknown): string {
  const error = tellable(thrown);
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
