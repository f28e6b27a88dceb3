import { describe, expect, it } from '@jest/globals';
import { ModelRejectedError, ModelUnavailableError } from '../model/model.js';
import { failureOfError, failureOfStatus, retryAfterMs } from './failures.js';

describe('what a status means', () => {
  it.each([400, 401, 402, 403, 404, 405, 413, 422])('%d is for good', (status) => {
    expect(failureOfStatus('m', status)).toBeInstanceOf(ModelRejectedError);
  });

  it.each([302, 408, 409, 425, 429, 500, 502, 503, 504, 529])('%d may pass', (status) => {
    expect(failureOfStatus('m', status)).toBeInstanceOf(ModelUnavailableError);
  });

  it('is told with the word and the number of the provider, and with nothing else of its answer', () => {
    const headers = new Headers({ 'request-id': 'req_1' });
    expect(failureOfStatus('m', 400, { headers, word: 'invalid_request_error' }).message).toBe(
      'the model m answered 400 invalid_request_error (request req_1)',
    );
    const said = { headers: new Headers({ 'request-id': 'Hello Ada' }), word: 'You said Hello' };
    expect(failureOfStatus('m', 400, said).message).toBe('the model m answered 400');
  });
});

describe('how long to wait', () => {
  const date = 'Tue, 01 Dec 2026 00:00:00 GMT';
  it.each([
    ['7', 7_000],
    [' 0.5 ', 500],
    ['0', 0],
    ['Tue, 01 Dec 2026 00:01:00 GMT', 60_000],
    ['Mon, 30 Nov 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-1 s', undefined],
    ['', undefined],
  ])('%p is %p', (asked, ms) => {
    expect(retryAfterMs(new Headers({ 'retry-after': asked, date }))).toBe(ms);
  });
});

describe('how long to wait until a date', () => {
  it('is not known where the provider does not say what time it is', () => {
    expect(retryAfterMs(new Headers({ 'retry-after': 'Tue, 01 Dec 2026 00:01:00 GMT' }))).toBeUndefined();
  });
});

describe('why there was no answer', () => {
  it('is what is ours, or a code, however deep it lies', () => {
    const ours = new ModelUnavailableError('silent');
    expect(failureOfError('m', new Error('wrapped', { cause: new Error('again', { cause: ours }) }))).toBe(ours);
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' });
    expect(failureOfError('m', new TypeError('fetch failed', { cause: refused })).message).toBe(
      'the model m was not reached: ECONNREFUSED',
    );
  });

  it('is otherwise the name of what was thrown, whose text may hold what was said', () => {
    expect(failureOfError('m', new SyntaxError('Unexpected token in "Hello Ada"')).message).toBe(
      'the model m did not answer: SyntaxError',
    );
    expect(failureOfError('m', 'Hello Ada').message).toBe('the model m did not answer: unknown');
    const ring = new Error('ring');
    ring.cause = ring;
    expect(failureOfError('m', ring).message).toBe('the model m did not answer: Error');
  });
});
