import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { servicePrincipal, type Envelope, type Principal } from '@isolith/contracts';
import type { Ownership } from './owned.js';
import { CallInsideUnitError } from './refusals.js';

/** What the bus needs to know of an open unit of work; the journal implements it. */
export interface OpenUnit {
  readonly context: string;
  /** Records an event of the own context; it is written when the unit commits. */
  append(event: object): void;
}

/**
 * What is true while one message is handled. There is one AsyncLocalStorage store for everything that travels with a
 * message; a scope never changes, a nested piece of work runs in a changed copy.
 */
export interface MessageScope {
  /** The context whose code runs; `gateway` at the HTTP edge. */
  readonly context: string;
  /** Who sent the message that is being handled. */
  readonly principal: Principal;
  /** The message being handled; absent at the edge and in work that a host starts by itself. */
  readonly envelope?: Envelope;
  /** The subscription whose handler runs. */
  readonly subscription?: string;
  readonly correlationId: string;
  /** Whether the sender may ask only for what is his own; where the contract of the message names `owner()`. */
  readonly ownership?: Ownership;
  /** Of work that no message brings: what began it, as W3C Trace Context names it; its messages go on with it. */
  readonly traceparent?: string;
  /** The moment of `steadyNow()` after which nobody waits for the result. */
  readonly deadline?: number;
  /** To be told when the handler of an event has got somewhere; see noteStep(). */
  readonly step?: () => void;
  /** The attempt that runs, where an inbox made it; what it is, only the inbox and its unit of work know. */
  readonly attempt?: object;
  /** The unit of work that is open around the running code. */
  readonly unit?: OpenUnit;
}

const storage = new AsyncLocalStorage<MessageScope>();

/** The scope of the message that is being handled; undefined where none is. */
export const currentScope = (): MessageScope | undefined => storage.getStore();

/** The current scope; throws where no message is being handled. */
export function requireScope(): MessageScope {
  const scope = storage.getStore();
  if (scope === undefined)
    throw new Error('no message is being handled here; use runAs() for work that a host starts by itself');
  return scope;
}

/**
 * The handler of an event has done a part of its work that stays done if it is run again: the watchdog's bound of its
 * subscription (`retry.handlerMs`) begins anew, unless a run before had come as far. Means nothing elsewhere.
 */
export const noteStep = (): void => storage.getStore()?.step?.();

/** Runs work in a scope; everything that it awaits sees it. */
export function runInScope<T>(scope: MessageScope, work: () => T): T {
  return storage.run(scope, work);
}

/** Runs work as a context that acts for itself: start-up seeds, timers, relays, sagas. */
export function runAs<T>(context: string, work: () => T, more: Partial<MessageScope> = {}): T {
  return storage.run({ context, principal: servicePrincipal(context), correlationId: randomUUID(), ...more }, work);
}

/**
 * Outbound ports (a payment provider, a mail channel) call this first: a transaction held open over a call to the
 * outside holds its locks for as long as the outside likes. Throws CallInsideUnitError naming both.
 */
export function assertNoOpenUnit(what: string): void {
  const unit = storage.getStore()?.unit;
  if (unit !== undefined) throw new CallInsideUnitError(unit.context, what);
}
