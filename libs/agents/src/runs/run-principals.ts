import type { Principal } from '@isolith/contracts';

/**
 * Whom a run acts for, as they are at this moment. Implementers owe: the roles that the user has now; an error where
 * that can't be found out, which makes the run wait; undefined for a user who may do nothing any more. Not their job:
 * what a role may do, and that a run never has more than its user: its principal is a delegate's.
 */
export interface RunPrincipals {
  rolesOf(user: string): Promise<Principal['roles'] | undefined>;
}

/** The token under which a RunPrincipals is provided. */
export const RUN_PRINCIPALS = Symbol('run principals');
