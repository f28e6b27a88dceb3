import type { Principal } from './principal.js';

/**
 * Who may send a message; checked by the context that receives it, in every placement. A contract lists alternatives,
 * one that matches is enough. Without a list only other contexts may send it (`[service()]`), never a user, and a host
 * refuses to start.
 */
export type Access =
  | { readonly allow: 'anyone' }
  | { readonly allow: 'signed-in' }
  | { readonly allow: 'owner' }
  | { readonly allow: 'role'; readonly role: string }
  | { readonly allow: 'service'; readonly service?: string };

/** Everybody may send it, signed in or not. */
export const anyone = (): Access => ({ allow: 'anyone' });
/** Whoever is signed in may send it. */
export const signedIn = (): Access => ({ allow: 'signed-in' });
/**
 * Whoever is signed in may send it, about what is his own. Whose it is the handler finds out and asks `owns()` of the
 * bus; one that does not ask has no effect.
 */
export const owner = (): Access => ({ allow: 'owner' });
/** Users that have this role may send it. */
export const role = (name: string): Access => ({ allow: 'role', role: name });
/**
 * A context acting for itself (a saga, a reaction, another handler), never one that speaks as a user's delegate; any
 * context when no name is given.
 */
export const service = (name?: string): Access =>
  name === undefined ? { allow: 'service' } : { allow: 'service', service: name };

/** The service name under which the HTTP edge sends. It speaks for users only, so `service()` never matches it. */
export const GATEWAY = 'gateway';

/**
 * `granted`, `own` where only what is the sender's own may be asked for, or why not: `unauthenticated` when signing in
 * could help, else `forbidden`.
 */
export function checkAccess(
  rules: readonly Access[],
  principal: Principal,
): 'granted' | 'own' | 'unauthenticated' | 'forbidden' {
  const matching = rules.filter((rule) => matches(rule, principal));
  if (matching.some(({ allow }) => allow !== 'owner')) return 'granted';
  if (matching.length > 0) return 'own';
  const userCouldHelp = rules.some((rule) => rule.allow !== 'service');
  return userCouldHelp && principal.user === undefined ? 'unauthenticated' : 'forbidden';
}

function matches(rule: Access, { service: sender, user, roles, delegate }: Principal): boolean {
  switch (rule.allow) {
    case 'anyone':
      return true;
    case 'signed-in':
    case 'owner':
      return user !== undefined;
    case 'role':
      return user !== undefined && roles.includes(rule.role);
    case 'service':
      return sender !== GATEWAY && delegate === undefined && (rule.service === undefined || rule.service === sender);
  }
}
