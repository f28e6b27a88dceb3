import { AsyncLocalStorage } from 'node:async_hooks';
import { NestedCheckoutError } from './errors.js';

/**
 * One scope per `holdingConnection`. A scope is free, then claimed (its code asked for a connection), then free again
 * (it gave it back). Scopes nest: `parent` is the one that this one was opened in.
 */
interface Scope {
  readonly context: string;
  readonly parent: Scope | undefined;
  claimed: boolean;
}

const scopes = new AsyncLocalStorage<Scope | undefined>();

/**
 * Runs `fn` as a stretch of work that uses one connection: the first checkout inside is its own, and until that is
 * given back every further one inside, of this context or another, throws NestedCheckoutError at once. Call it around
 * the checkout, not after it.
 *
 * Why a wrapper and not the pool alone: a pool sees who asks, but cannot reach forward into the code that goes on with
 * the connection. `enterWith` at checkout would be lost, since the ORM checks out after an await of its own, in a
 * continuation that its caller never sees. So the unit opens the scope and the pool keeps its state, by the checkouts
 * and returns that really happen.
 */
export function holdingConnection<T>(context: string, fn: () => Promise<T>): Promise<T> {
  return scopes.run({ context, parent: scopes.getStore(), claimed: false }, fn);
}

/** Runs `fn` as if no unit were open; for work that only happens to be started from inside one. */
export function outsideOfUnits<T>(fn: () => T): T {
  return scopes.run(undefined, fn);
}

/**
 * Called by the pool for every checkout, before it waits. Claimed at the question, not at the answer: two questions of
 * one unit at the same time are refused too, for the second would get its turn only after the first had ended.
 * @returns what to call when the connection is given back or was never got
 * @throws NestedCheckoutError if this scope, or one around it, holds or awaits a connection
 */
export function claimConnection(asking: string): () => void {
  const scope = scopes.getStore();
  for (let at = scope; at !== undefined; at = at.parent) {
    if (at.claimed) throw new NestedCheckoutError(at.context, asking);
  }
  if (scope === undefined) return () => undefined;
  scope.claimed = true;
  return () => {
    scope.claimed = false;
  };
}
