import type { Principal } from './principal.js';

/**
 * Who may send a message; checked by the context that receives it, in every placement. A contract lists alternatives,
 * one that matches is enough. Without a list only other contexts may send it (`[service()]`), never a user.
 */
export type Access =
  | { readonly allow: 'anyone' }
  | { readonly allow: 'signed-in' }
  | { readonly allow: 'role'; readonly role: string }
  | { readonly allow: 'service'; readonly service?: string };

export const anyone = (): Access => ({ allow: 'anyone' });
export const signedIn = (): Access => ({ allow: 'signed-in' });
export const role = (name: string): Access => ({ allow: 'role', role: name });
/** A context acting for itself (a saga, a reaction, another handler); any context when no name is given. */
export const service = (name?: string): Access =>
  name === undefined ? { allow: 'service' } : { allow: 'service', service: name };

/** The service name under which the HTTP edge sends. It speaks for users only, so `service()` never matches it. */
export const GATEWAY = 'gateway';

/** `granted`, or why not: `unauthenticated` when signing in could help, else `forbidden`. */
export function checkAccess(
  rules: readonly Access[],
  principal: Principal,
): 'granted' | 'unauthenticated' | 'forbidden' {
  if (rules.some((rule) => matches(rule, principal))) return 'granted';
  const userCouldHelp = rules.some((rule) => rule.allow !== 'service');
  return userCouldHelp && principal.user === undefined ? 'unauthenticated' : 'forbidden';
}

function matches(rule: Access, { service: sender, user, roles }: Principal): boolean {
  switch (rule.allow) {
    case 'anyone':
      return true;
    case 'signed-in':
      return user !== undefined;
    case 'role':
      return user !== undefined && roles.includes(rule.role);
    case 'service':
      return sender !== GATEWAY && (rule.service === undefined || rule.service === sender);
  }
}
