import { describe, expect, it } from '@jest/globals';
import { HandlerError } from './errors.js';
import { tellable, ThrownValue } from './tellable.js';
import { WHATEVER_IS_THROWN } from '../testing/whatever-is-thrown.js';

describe('what was thrown (fault 5)', () => {
  it('is itself when it is an error that can be told, frozen or not', () => {
    for (const error of [new Error('a'), new RangeError(''), new HandlerError('b'), Object.freeze(new Error('c'))])
      expect(tellable(error)).toBe(error);
  });

  it.each([
    ['no error', 'secret', 'a value of type string was thrown, which is no error'],
    ['nothing', undefined, 'a value of type undefined was thrown, which is no error'],
    [
      'a name that is no text',
      Object.assign(new Error('why'), { name: null }),
      "an error was thrown that can't be read: why",
    ],
    [
      'a message that is no text',
      Object.assign(new Error(), { message: {} }),
      "an error was thrown that can't be read",
    ],
  ])('is told of when it is %s', (_, thrown, message) => {
    expect(tellable(thrown)).toEqual(new ThrownValue(message));
  });

  it.each(WHATEVER_IS_THROWN)(
    'can be told, be it $what: name, message and stack are texts, and no field throws',
    ({ make }) => {
      const error = tellable(make());
      expect([error instanceof Error, typeof error.name, typeof error.message]).toEqual([true, 'string', 'string']);
      for (const key in error) void Reflect.get(error, key);
      expect(typeof error.stack).toBe('string');
    },
  );
});
