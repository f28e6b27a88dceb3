import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { neverThrowing } from './never-throwing.js';

const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
afterEach(() => void warned.mockClear());

describe('a sink', () => {
  it('is told as it is', () => {
    const told: unknown[] = [];
    neverThrowing((message, error: Error, id: string) => void told.push(message, error, id))(
      'failed',
      new Error('a'),
      'm-1',
    );
    expect([told, warned.mock.calls]).toEqual([['failed', new Error('a'), 'm-1'], []]);
  });

  it.each(WHATEVER_IS_THROWN)(
    'that throws $what harms nobody, and that it could not be told is a warning (fault 5)',
    ({ make }) => {
      neverThrowing(() => {
        throw make();
      })('a handler failed');
      expect(warned.mock.calls).toEqual([
        [expect.stringMatching(/^"a handler failed" could not be told: /), 'IsolithWarning'],
      ]);
    },
  );
});
