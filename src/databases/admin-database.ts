import { application, type Environment, parseConfig, setting } from '@isolith/isolith';
import { z } from 'zod';

/** Names the database with an account that may make roles. No host is told. */
export const ADMIN_DATABASE_URL = 'ADMIN_DATABASE_URL';

const roles = application('roles', [], {
  [ADMIN_DATABASE_URL]: setting(
    'a URL postgres://user:password@host:port/database, of an account that may make roles',
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    { secret: true },
  ),
});

/**
 * What an environment says of that account, by the variable or by the file that `ADMIN_DATABASE_URL_FILE` names, and
 * what is wrong with it.
 */
export function adminDatabase(env: Environment): {
  readonly adminUrl: string | undefined;
  readonly violations: readonly string[];
} {
  const { config, violations } = parseConfig(
    roles,
    Object.fromEntries(Object.entries(env).filter(([variable]) => variable.startsWith(ADMIN_DATABASE_URL))),
  );
  return { adminUrl: config.values.ADMIN_DATABASE_URL, violations };
}
