import { z } from 'zod';
import type { Environment } from '../config/parse-config.js';

/** Where a host listens that is started without a PORT, on the same machine. */
const HERE = 'http://127.0.0.1:3000';

const origin = z
  .url({ protocol: /^https?$/ })
  .transform((url) => new URL(url))
  .refine(
    ({ username, password, pathname, search, hash }) =>
      `${username}${password}${search}${hash}` === '' && pathname === '/',
  )
  .transform((url) => url.origin);
const token = z.string().regex(/^[\x21-\x7e]{1,8192}$/);

/** Whom a tool asks, and as whom; or what is wrong with the variables that say so, neither of them shown. */
export function operatorAccess(
  env: Environment,
): { readonly url: string; readonly token: string } | { readonly problems: readonly string[] } {
  const url = origin.safeParse(env['OPERATOR_URL'] || HERE);
  const access = token.safeParse(env['OPERATOR_TOKEN']);
  if (url.success && access.success) return { url: url.data, token: access.data };
  return {
    problems: [
      ...(url.success ? [] : ['OPERATOR_URL: expected a URL http://host:port or https://host, without user and path']),
      ...(access.success ? [] : ['OPERATOR_TOKEN: expected an access token of a user with role admin']),
    ],
  };
}
