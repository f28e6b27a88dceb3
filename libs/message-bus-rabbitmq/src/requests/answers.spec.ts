import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, UnknownMessageError } from '@isolith/contracts';
import { readAnswer, WITHOUT_ANSWER } from './answers.js';

describe('what comes instead of an answer', () => {
  it.each([
    ['silence', Buffer.alloc(0), WITHOUT_ANSWER.silent, OutcomeUnknownError],
    ['a listener that broke off', Buffer.alloc(0), WITHOUT_ANSWER.brokenOff, OutcomeUnknownError],
    ['bytes that are no envelope', Buffer.from('{"half'), undefined, OutcomeUnknownError],
    ['a receiver that could not read the question', Buffer.alloc(0), WITHOUT_ANSWER.malformed, UnknownMessageError],
  ])('%s', (_, content, kind, error) => {
    expect(() => readAnswer(content, kind, 'orders.place-order')).toThrow(error);
  });
});
