import { tellable } from '@isolith/contracts';
import type { Environment } from '@isolith/isolith';
import { DatabaseRefusedError, DataDirInUseError } from '@isolith/postgres';
import { repair } from '@isolith/journal';
import { lostSteps } from '@isolith/saga';
import { shop } from '../shop.js';
import { databaseConfig } from './database-config.js';
import { shopDatabases } from './shop-databases.js';

/**
 * Looks for what a restore left behind in the databases that the environment names, and with `apply` sets right what
 * can be.
 * @returns the exit code: 0 when nothing is wrong (any more), 1 when something is, or nobody could look
 */
export async function repairShopData(env: Environment, apply: boolean, say: (line: string) => void): Promise<0 | 1> {
  const { targetOf, violations } = databaseConfig(env);
  if (violations.length > 0) {
    for (const violation of violations) say(violation);
    return 1;
  }
  try {
    const { repairable, toSee } = await repair({
      contexts: await shopDatabases(),
      targetOf,
      apply,
      say,
      subscriptions: shop.subscriptions,
      inspections: [lostSteps],
    });
    if (repairable + toSee === 0) say('nothing is wrong');
    else
      say(
        `${repairable} ${apply ? 'set right' : 'to be set right: run this again with --apply'}, ${toSee} for people to see to (docs/runbooks/restore.md)`,
      );
    return toSee > 0 || (repairable > 0 && !apply) ? 1 : 0;
  } catch (error) {
    if (error instanceof DatabaseRefusedError) for (const reason of error.reasons) say(reason);
    else if (error instanceof DataDirInUseError) say(error.message);
    else say(`failed: ${tellable(error).message}; what was said before was done or found`);
    return 1;
  }
}
