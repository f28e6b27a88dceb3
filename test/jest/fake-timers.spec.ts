import { Readable } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { afterEach, expect, it, jest } from '@jest/globals';

afterEach(() => void jest.useRealTimers());

it('what Node itself does after a turn is no timer of a test whose timers are fake', () => {
  jest.useFakeTimers();
  // Its end is told by `process.nextTick`, as are messages from worker to parent: the process is that of all files.
  new Readable({ read: () => undefined }).destroy();
  expect(jest.getTimerCount()).toBe(0);
});

it('an engine asks for real timers: it outlives the file, and by a clock that stands years ago none of its own is over', async () => {
  const pglite = await PGlite.create({ dataDir: 'memory://' });
  jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'setImmediate'] });
  await pglite.exec("SET statement_timeout = '1h'; CREATE SCHEMA seen; SELECT pg_sleep(0); DROP SCHEMA seen");
  await pglite.close();
  expect(jest.getTimerCount()).toBe(0);
  setTimeout(() => undefined, 1_000);
  expect(jest.getTimerCount()).toBe(1);
  await jest.runAllTimersAsync();
});
