import { tellable } from '@isolith/contracts';
import { ownDatabaseVariable, type Environment } from '@isolith/isolith';
import { DatabaseRefusedError, makeRoles, schemaOf, type RoleOwner } from '@isolith/postgres';
import { shop } from '../shop.js';
import { ADMIN_DATABASE_URL, adminDatabase } from './admin-database.js';
import { databaseConfig } from './database-config.js';
import { shopDatabases } from './shop-databases.js';

/**
 * Makes the roles that `<CONTEXT>_DATABASE_URL` names, each with rights on the schemas of its context alone; without
 * `apply` it is only said what would be done.
 * @returns the exit code: 0 when nothing is left to do, 1 when something is, or it was refused or failed
 */
export async function makeShopRoles(env: Environment, apply: boolean, say: (line: string) => void): Promise<0 | 1> {
  const { targetOf, violations: ofHosts } = databaseConfig(env);
  const { adminUrl, violations: ofAdmin } = adminDatabase(env);
  for (const line of [...ofHosts, ...ofAdmin]) say(line);
  if (ofHosts.length + ofAdmin.length > 0) return 1;
  if (adminUrl === undefined) {
    say(`${ADMIN_DATABASE_URL}: required; expected a URL postgres://… of an account that may make roles`);
    return 1;
  }
  const databases = await shopDatabases();
  const owners = shop.names.map((context): RoleOwner => {
    const target = targetOf(context);
    const variable = ownDatabaseVariable(context);
    return {
      context,
      schemas: databases.flatMap((one) => (shop.ownerOf(one.context) === context ? [schemaOf(one)] : [])),
      // What all contexts share names no role of one of them.
      url: target.kind === 'postgres' && target.variable === variable ? target.url : undefined,
      variable,
    };
  });
  try {
    const { steps, toSee } = await makeRoles({ owners, adminUrl, adminVariable: ADMIN_DATABASE_URL, apply, say });
    if (steps === 0) say('nothing is to be done');
    else if (!apply) say(`${steps} steps to be done: run this again with --apply`);
    return toSee > 0 || (steps > 0 && !apply) ? 1 : 0;
  } catch (error) {
    if (error instanceof DatabaseRefusedError)
      for (const reason of ['refused, nothing was written:', ...error.reasons]) say(reason);
    else
      say(
        `failed: ${tellable(error).message}; what was said before was done or found, the rest is as it was: start this again`,
      );
    return 1;
  }
}
