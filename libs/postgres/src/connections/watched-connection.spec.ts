import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { awaitAnswer, watchConnection } from './watched-connection.js';

const PATIENCE_MS = 300;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function watched() {
  const client = Object.assign(new Client(), { release: () => undefined });
  const { stream } = client.connection;
  const destroy = jest.spyOn(stream, 'destroy').mockReturnValue(stream);
  watchConnection(client, PATIENCE_MS);
  return { client, destroy };
}

it.each([
  [1, 300],
  [3, 300],
  [6, 600],
  [18, 1_800],
])('an answer to %i statements that were sent as one may take %i ms', (statements, ms) => {
  const { client, destroy } = watched();
  awaitAnswer(client, statements);
  jest.advanceTimersByTime(ms - 2);
  expect(destroy).not.toHaveBeenCalled();
  jest.advanceTimersByTime(4);
  expect(destroy).toHaveBeenCalledWith(expect.objectContaining({ code: 'ETIMEDOUT' }));
});

it('what many may take is not left to the next', () => {
  const { client, destroy } = watched();
  awaitAnswer(client, 18)();
  awaitAnswer(client, 1);
  jest.advanceTimersByTime(PATIENCE_MS + 2);
  expect(destroy).toHaveBeenCalledTimes(1);
});
