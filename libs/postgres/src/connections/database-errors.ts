import { isNativeError } from 'node:util/types';
import { OutcomeUnknownError, OverloadedError, tellable } from '@isolith/contracts';

// SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
const WAITED_TOO_LONG = 'a statement waited too long and was given up; nothing was changed';
/** What the server can't do now and may do later; it changed nothing. */
export const OVERLOADED: ReadonlyMap<string, string> = new Map([
  // lock_timeout, statement_timeout
  ['55P03', WAITED_TOO_LONG],
  ['57014', WAITED_TOO_LONG],
  // read_only_sql_transaction: a primary that was demoted answers, but takes no writes.
  ['25006', 'the database takes no writes now; nothing was changed'],
  ['53100', 'the disk of the database is full; nothing was changed'],
  ['53200', 'the database is out of memory; nothing was changed'],
  ['53300', 'the database takes no more connections'],
]);
/**
 * idle_in_transaction_session_timeout, and transaction_timeout, which we do not set. The server ends the session with
 * them.
 */
const IDLE_TOO_LONG = '25P03';
const TRANSACTION_TOO_LONG = /^25P0[34]$/;
/**
 * These, admin_shutdown, crash_shutdown, cannot_connect_now and their kind, and broken connections: the session ended
 * or never began.
 */
const SESSION_ENDED = /^(?:57P|08|25P0[34]$)/;
/** What Node says of a socket, and the `pg` client of a connection that is gone. */
const SOCKET_ERROR = /^(?:ECONN|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_|EHOST|ENET)/;
const CLIENT_GONE =
  /^(?:Connection terminated|Client (?:has encountered a connection error|was closed)|timeout expired$)/;

/** Where the database and the driver quote the values of a statement. */
const VALUES = ['detail', 'where', 'parameters'];

export interface DatabaseError {
  readonly code: string;
  readonly constraint: string | undefined;
}

/**
 * What the database itself reported; TypeORM wraps it. A broken connection reports none, nor does what throws when it
 * is looked at.
 */
export function databaseError(error: unknown): DatabaseError | undefined {
  try {
    return reportedBy(error);
  } catch {
    return undefined;
  }
}

function reportedBy(error: unknown): DatabaseError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('driverError' in error) return reportedBy(error.driverError);
  if (!('code' in error) || typeof error.code !== 'string' || !/^[0-9A-Z]{5}$/.test(error.code)) return undefined;
  return {
    code: error.code,
    constraint: 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined,
  };
}

/** The code of what the database itself reported; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined => databaseError(error)?.code;

/** Whether the server itself refused a statement, so that its transaction has failed and its session goes on. */
export function isRefusal(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code !== undefined && !SESSION_ENDED.test(code);
}

/** How a connection that broke, or could not be made, reports itself; undefined for any other error. */
function connectionLoss(error: unknown): string | undefined {
  if (!isNativeError(error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (SESSION_ENDED.test(code) || SOCKET_ERROR.test(code)) return code;
  if (CLIENT_GONE.test(error.message)) return error.message;
  return 'driverError' in error ? connectionLoss(error.driverError) : undefined;
}

/**
 * Awaits a statement that decides nothing, its connection included. A connection that broke is OutcomeUnknownError:
 * what this statement belongs to is rolled back, but the message that is being handled may have had effects before. A
 * server that takes no more connections or no writes, has no memory or disk, or gave up a statement that waited too
 * long is OverloadedError, as is one that ended the transaction because it stayed open for too long. All say that the
 * same id may be sent again.
 */
export async function reached<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const code = databaseError(error)?.code ?? '';
    if (TRANSACTION_TOO_LONG.test(code)) throw openTooLong(error);
    const overloaded = OVERLOADED.get(code);
    if (overloaded !== undefined) throw caused(new OverloadedError(overloaded), withoutValues(error));
    const loss = connectionLoss(error);
    if (loss === undefined) throw error;
    throw caused(
      new OutcomeUnknownError(`the connection to the database was lost or could not be made (${loss})`),
      error,
    );
  }
}

/**
 * Awaits the statement that decides a transaction: an error that the database did not report leaves the outcome open.
 */
export async function decided<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const found = databaseError(error);
    // The server looks for it before it begins with a statement, never after.
    if (found?.code === IDLE_TOO_LONG) throw openTooLong(error);
    if (found !== undefined && !SESSION_ENDED.test(found.code)) throw error;
    throw caused(new OutcomeUnknownError('the connection was lost while a unit of work was committed'), error);
  }
}

/**
 * The same error without the values of its statement: they may be personal, and errors are logged. What code needs to
 * tell errors apart (`code`, `constraint`, `table`) stays.
 */
export function withoutValues(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || databaseError(error) === undefined) return error;
  const driverError = 'driverError' in error ? { driverError: withoutValues(error.driverError) } : {};
  const values = Object.fromEntries(VALUES.filter((field) => field in error).map((field) => [field, undefined]));
  const changes = { ...values, ...driverError };
  if (Object.entries(changes).every(([field, value]) => isSet(error, field, value))) return error;
  // One that can't be changed is told by another, with what is left of it.
  const { name, message, stack } = tellable(error);
  return Object.assign(new Error(message), { ...error, ...changes, name, stack });
}

function isSet(error: object, field: string, value: unknown): boolean {
  try {
    return Reflect.set(error, field, value);
  } catch {
    // A setter of its own, or a trap.
    return false;
  }
}

const openTooLong = (cause: unknown): OverloadedError =>
  caused(
    new OverloadedError('the transaction stayed open for too long and was ended by the database; nothing was changed'),
    cause,
  );

export function caused<E extends Error>(error: E, cause: unknown): E {
  error.cause = cause;
  return error;
}
