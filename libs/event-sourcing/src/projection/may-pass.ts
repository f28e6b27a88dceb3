import { OutcomeUnknownError, tellable } from '@isolith/contracts';
import { databaseError } from '@isolith/postgres/internal';

/** What was thrown by what the program says of events and rows: it will be thrown again. */
class Unfit extends Error {
  constructor(readonly fault: unknown) {
    super('the program can not go on');
  }
}

/** A fault that no waiting heals. */
export const unfit = (message: string): Error => new Unfit(new Error(message));

/** Runs what only this program decides. What it throws is its fault, whatever it looks like. */
export function ofTheProgram<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new Unfit(thrown);
  }
}

/**
 * SQLSTATEs of a server that is away or has no room, of a transaction that met another one, and of what kept it from
 * writing: https://www.postgresql.org/docs/current/errcodes-appendix.html. EPIPE is a socket's and looks like one.
 */
const PASSING = /^(?:08|25|40|53|55|57|58)|^EPIPE$/;

/** Those among them that would have met any step: no connection, another transaction. */
const OUTAGE = /^(?:08|40|57P)|^EPIPE$/;

/** What a step of a build came to. */
export interface Failed {
  readonly error: Error;
  /** The same step may succeed later. */
  readonly passes: boolean;
  /** It says nothing of what the step was to do, nor of how much that was: a smaller one is no way out. */
  readonly isOutage: boolean;
}

/**
 * What the database says of a statement or a row does not pass; a connection that broke says nothing of either.
 */
export function mayPass(thrown: unknown): Failed {
  if (thrown instanceof Unfit) return { error: tellable(thrown.fault), passes: false, isOutage: false };
  const code = databaseError(thrown)?.code;
  return {
    error: tellable(thrown),
    passes: code === undefined || PASSING.test(code),
    isOutage: thrown instanceof OutcomeUnknownError || (code !== undefined && OUTAGE.test(code)),
  };
}
