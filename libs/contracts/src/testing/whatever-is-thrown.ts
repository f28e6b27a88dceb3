/** One thing that code can throw: what it is, in words, and how it is made anew. */
export interface Thrown {
  readonly what: string;
  readonly make: () => unknown;
}

const refuse = (): never => {
  throw new TypeError('nothing can be known of this');
};
const TRAPS = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]));

function ownCause(): Error {
  const error = new Error('it is its own cause');
  error.cause = error;
  return error;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const throwingAt = (name: string): Error =>
  Object.defineProperty(new Error('shown'), name, { get: refuse, configurable: true, enumerable: true });

const readOnly = (fields: object): Error => Object.freeze(Object.assign(new Error('frozen'), fields));

/**
 * What handlers and other code of users were seen to throw, or can. Whatever runs such code has to end as with any
 * error, for each of these: telling of it must not take the place of what happened.
 */
export const WHATEVER_IS_THROWN: readonly Thrown[] = [
  { what: 'undefined', make: () => undefined },
  { what: 'null', make: () => null },
  { what: 'a number', make: () => 0 },
  { what: 'a bigint', make: () => 10n },
  { what: 'a symbol', make: () => Symbol('thrown') },
  { what: 'a string', make: () => 'text' },
  { what: 'an empty string', make: () => '' },
  { what: 'an object', make: () => ({ code: 'E', message: { nested: true } }) },
  { what: 'an object without a prototype', make: () => Object.create(null) as unknown },
  { what: 'a function', make: () => refuse },
  { what: 'a frozen error', make: () => readOnly({}) },
  { what: 'a frozen error of a database', make: () => readOnly({ code: '23505', detail: 'Key (a)=(b) exists.' }) },
  { what: 'an error without a name', make: () => Object.assign(new Error('nameless'), { name: null }) },
  {
    what: 'an error whose message is an object',
    make: () => Object.assign(new Error(), { message: { text: 'inner' } }),
  },
  { what: 'an error whose stack is an object', make: () => Object.assign(new Error('odd'), { stack: {} }) },
  { what: 'an error with NUL in its name', make: () => Object.assign(new Error('a\0b'), { name: 'E\0rror' }) },
  { what: 'an error with half a character', make: () => new Error('\ud800 \udfff') },
  { what: 'an error of a megabyte', make: () => new Error('x'.repeat(2 ** 20)) },
  { what: 'an error with an endless name', make: () => Object.assign(new Error('b'), { name: 'n'.repeat(2 ** 20) }) },
  { what: 'an error that is its own cause', make: ownCause },
  { what: 'an error with a revoked proxy as cause', make: () => new Error('proxied', { cause: revoked() }) },
  { what: 'a message that throws', make: () => throwingAt('message') },
  { what: 'a name that throws', make: () => throwingAt('name') },
  { what: 'a stack that throws', make: () => throwingAt('stack') },
  { what: 'a field that throws', make: () => throwingAt('response') },
  { what: 'a code that throws', make: () => throwingAt('code') },
  { what: 'a text that throws', make: () => ({ toString: refuse, [Symbol.toPrimitive]: refuse, toJSON: refuse }) },
  { what: 'an error whose JSON throws', make: () => Object.assign(new Error('no JSON'), { toJSON: refuse }) },
  { what: 'a proxy that refuses everything', make: () => new Proxy(new Error('hidden'), TRAPS) },
  { what: 'a revoked proxy', make: revoked },
  {
    what: 'an error that says it is retryable and is not',
    make: () => Object.assign(new Error('odd'), { retryable: 'yes', code: 5 }),
  },
];
