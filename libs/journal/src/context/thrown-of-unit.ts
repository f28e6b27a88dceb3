import { ConcurrencyError, OverloadedError } from '@isolith/contracts';
import { caused, databaseError, OVERLOADED, withoutValues } from '@isolith/postgres/internal';
import { INBOX_KEY, STREAM_VERSION_KEY } from './statements.js';

/** The message of this unit was handled by somebody else in the meantime; the inbox has its outcome. */
export class HandledAlready extends Error {
  override readonly name = 'HandledAlready';
}

// SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** What a unit of work of `context` throws for an error of its work or, when `committing`, of its last statement. */
export function thrownOfUnit(context: string, thrown: unknown, committing: boolean): unknown {
  const error = withoutValues(thrown);
  const found = databaseError(error);
  if (found === undefined) return error;
  const { code, constraint } = found;
  if (committing && code === UNIQUE_VIOLATION && constraint === STREAM_VERSION_KEY) {
    return caused(new ConcurrencyError(`${context}: somebody else has appended to the stream`), error);
  }
  if (code === UNIQUE_VIOLATION && constraint === INBOX_KEY) {
    return caused(new HandledAlready(`${context}: the message has been handled`), error);
  }
  const overloaded = OVERLOADED.get(code);
  if (overloaded !== undefined) return caused(new OverloadedError(`${context}: ${overloaded}`), error);
  if (code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED) {
    return caused(new ConcurrencyError(`${context}: the unit of work met another one`), error);
  }
  return error;
}
