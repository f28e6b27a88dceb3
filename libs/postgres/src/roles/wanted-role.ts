import { connectionOf, decoded } from '../connections/connection-url.js';

/**
 * A context, all schemas that are its own, and what its hosts are told of the database; undefined when nobody named one
 * for it alone.
 */
export interface RoleOwner {
  readonly context: string;
  readonly schemas: readonly string[];
  readonly url: string | undefined;
  /** What people set to name it. */
  readonly variable: string;
}

/** A role as its URL names it. */
export interface WantedRole {
  readonly context: string;
  readonly schemas: readonly string[];
  readonly url: string;
  readonly variable: string;
  readonly role: string;
  readonly password: string;
}

/** What a role's password may be of: any client spells it the same way. */
const PRINTABLE = /^[\u0020-\u007e]+$/;

/** Server and database of a URL, without an account: what two URLs have in common that lead to one place. */
const placeOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port === '' ? 5432 : port}/${decoded(pathname.slice(1))}`;
};

/**
 * What the URLs of the contexts say about the database of `adminUrl`. `reasons`: what keeps roles from being made of
 * it, without anything secret. `elsewhere`: contexts in another database, whose administrator has to be asked.
 */
export function wantedRoles(
  owners: readonly RoleOwner[],
  adminUrl: string,
): {
  readonly wanted: readonly WantedRole[];
  readonly elsewhere: readonly string[];
  readonly reasons: readonly string[];
} {
  const wanted: WantedRole[] = [];
  const elsewhere: string[] = [];
  const reasons: string[] = [];
  const takenBy = new Map([[connectionOf(adminUrl).user ?? '', 'the administrator']]);
  for (const { context, schemas, url, variable } of owners) {
    if (url === undefined) {
      reasons.push(
        `${variable}: not set; name the role that is to be made, for instance ${exampleOf(adminUrl, context)}`,
      );
      continue;
    }
    if (placeOf(url) !== placeOf(adminUrl)) {
      elsewhere.push(context);
      continue;
    }
    const { user: role = '', password } = connectionOf(url);
    const taken = takenBy.get(role);
    if (role === '') reasons.push(`${variable}: names no role`);
    else if (role.startsWith('pg_') || Buffer.byteLength(role) > 63)
      reasons.push(`${variable}: "${role}" can't be the name of a role: 63 bytes at most, and not pg_…`);
    else if (taken !== undefined)
      reasons.push(`${variable}: names the role "${role}" of ${taken}; each context needs one of its own`);
    else if (typeof password !== 'string' || !PRINTABLE.test(password))
      reasons.push(`${variable}: names no password for "${role}", or one with other than printable ASCII characters`);
    else wanted.push({ context, schemas, url, variable, role, password });
    if (role !== '') takenBy.set(role, takenBy.get(role) ?? context);
  }
  return { wanted, elsewhere, reasons };
}

/** Roles are known to the whole server, so their names begin with the database's. */
function exampleOf(adminUrl: string, context: string): string {
  const url = new URL(adminUrl);
  const role = `${decoded(url.pathname.slice(1))}_${context}`.replaceAll(/[^\w]/g, '_').toLowerCase();
  return `postgres://${role}:<password>@${url.host}${url.pathname}`;
}
