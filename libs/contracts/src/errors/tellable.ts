/** Stands for what was thrown and can't be told: no error, or one that throws when it is looked at. */
export class ThrownValue extends Error {
  override readonly name = 'ThrownValue';
}

/** What code here and loggers look at; a getter or a trap may throw at any of them. */
const LOOKED_AT = ['code', 'status', 'retryable', 'cause', 'errors', 'detail', 'where', 'parameters', 'driverError'];

/**
 * The thrown value itself when it is an error that can be told: its name and message are strings and nothing throws
 * when it is looked at. Otherwise a ThrownValue in its stead, which says what was thrown, with the message if that
 * could be read. Never throws. To be asked wherever code of others was called: an error that breaks whoever tells it
 * would take the place of the outcome.
 *
 * A frozen error is itself: telling must not write to it.
 */
export function tellable(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error))
      return new ThrownValue(`a value of type ${typeof thrown} was thrown, which is no error`);
    return isReadable(thrown) ? thrown : new ThrownValue(`an error was thrown that can't be read${messageOf(thrown)}`);
  } catch {
    // `instanceof` itself can throw: a trap, or a proxy that was revoked.
    return new ThrownValue("something was thrown that can't be read");
  }
}

function isReadable(error: Error): boolean {
  try {
    for (const key in error) void Reflect.get(error, key);
    for (const key of LOOKED_AT) void Reflect.get(error, key);
    return isText(Reflect.get(error, 'name')) && isText(Reflect.get(error, 'message')) && !isOdd(error);
  } catch {
    return false;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The stack of an error is a string or absent. */
const isOdd = (error: Error): boolean => !['string', 'undefined'].includes(typeof Reflect.get(error, 'stack'));

function messageOf(error: Error): string {
  try {
    const message: unknown = Reflect.get(error, 'message');
    return isText(message) ? `: ${message}` : '';
  } catch {
    return '';
  }
}
