import { expect, it } from '@jest/globals';
import { NotDeliveredError, steadyNow } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { Turns } from './turns.js';

const gate = () => Promise.withResolvers<void>();

it('who wants the same stream waits for the one before, whatever became of that', async () => {
  const turns = new Turns();
  const [first, other] = [gate(), gate()];
  const log: string[] = [];
  const failing = turns.take('a', async () => {
    await first.promise;
    log.push('first');
    throw new Error('refused');
  });
  const second = turns.take('a', async () => void log.push('second'));
  const third = turns.take('a', async () => void log.push('third'));
  const elsewhere = turns.take('b', async () => {
    log.push('elsewhere');
    await other.promise;
  });
  expect(log).toEqual(['elsewhere']);
  first.resolve();
  await expect(failing).rejects.toThrow('refused');
  await Promise.all([second, third]);
  expect(log).toEqual(['elsewhere', 'first', 'second', 'third']);
  other.resolve();
  await elsewhere;
  expect(turns.size).toBe(0);
});

it('whose deadline has passed does not run when its turn comes, and holds nobody up', async () => {
  const turns = new Turns();
  const first = gate();
  const before = turns.take('a', () => first.promise);
  let ran = false;
  const late = runAs('shop', () => turns.take('a', async () => void (ran = true)), { deadline: steadyNow() - 1 });
  const next = turns.take('a', async () => 'ran');
  first.resolve();
  await before;
  await expect(late).rejects.toBeInstanceOf(NotDeliveredError);
  expect([await next, ran, turns.size]).toEqual(['ran', false, 0]);
});
