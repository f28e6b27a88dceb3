import { Failure, IsolithError, steadyNow, type Envelope, type Outcome } from '@isolith/contracts';
import { HandedBackError } from '../transport/handed-back.js';

/** Between whom a message went, and how. */
export interface MessageRoute {
  /** The context that sent it, as its envelope has it; from other hosts a name that this one may not know. */
  readonly from: string;
  readonly to: string;
  /** The name of its contract; undefined for what no contract of this host has: nobody can make up more of them. */
  readonly message: string | undefined;
  /** `requests`, `queries`, the name of a subscription, or `unit` for what ran inside the open unit of its sender. */
  readonly lane: string;
}

/**
 * Counts what becomes of messages. Implementers owe: both return at once, throw nothing, and keep no more than there
 * are contracts, lanes and contexts, whatever `from` and `outcome` are.
 */
export interface MessageMeter {
  /**
   * A handler has run, or a request was refused before one did. `outcome`: `success`, the name of a failure, the code
   * of an error, or `handed-back` for what goes to another host. An event that is tried again counts once for each run.
   */
  handled(route: MessageRoute, outcome: string, seconds: number): void;
  /** What was sent from here ended for its sender without an answer, after all attempts; `outcome` says how. */
  unanswered(route: MessageRoute, outcome: string): void;
}

/** What no answer tells its sender. */
const UNANSWERED = new Set(['not-delivered', 'outcome-unknown', 'overloaded']);

/** Who sent a message: who its token proves, where it has one. */
export const senderOf = ({ principal, source }: Envelope): string => principal?.service ?? source.slice(1);

/** How an answer is counted; undefined: there was none, because it goes to another host. */
export function outcomeLabel(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'handed-back';
  if (outcome.outcome === 'success') return 'success';
  return outcome.outcome === 'failure' ? outcome.name : outcome.code;
}

/** Counts one run of a handler, as its promise ends. */
export async function timed<T>(meter: MessageMeter, route: MessageRoute, run: () => Promise<T>): Promise<T> {
  const since = steadyNow();
  const ended = (outcome: string): void => meter.handled(route, outcome, (steadyNow() - since) / 1_000);
  try {
    const value = await run();
    ended('success');
    return value;
  } catch (thrown) {
    ended(thrownLabel(thrown));
    throw thrown;
  }
}

function thrownLabel(thrown: unknown): string {
  if (thrown instanceof HandedBackError) return 'handed-back';
  if (thrown instanceof Failure) return thrown.contract.name;
  return thrown instanceof IsolithError ? thrown.code : 'handler-error';
}

/** How a send is counted that ended with this; undefined: somebody answered it. */
export function unansweredLabel(thrown: unknown): string | undefined {
  return thrown instanceof IsolithError && UNANSWERED.has(thrown.code) ? thrown.code : undefined;
}
