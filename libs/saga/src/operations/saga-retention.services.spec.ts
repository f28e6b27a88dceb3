import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testsRunOnServer } from '@isolith/postgres/testing';
import type { SagaRetentionParts } from './saga-retention.js';
import { countOf, deleting, idsIn, sagasOf } from '../spec-support/old-sagas.js';
import { World } from '../spec-support/world.js';

testsRunOnServer();

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('a host passes over what another is deleting, without waiting for it', async () => {
  await sagasOf(world, 'older', 10, 'completed', { changed: 200 });
  await sagasOf(world, 'old', 15, 'completed', { changed: 100 });
  await sagasOf(world, 'young', 5, 'completed', { changed: 1 });
  const { unit } = world.context;
  const [atIt, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const inUnit: SagaRetentionParts['statements'] = { run: (row, { text }, values) => unit.query(row, text, values) };
  const first = deleting(world, { batch: 10, statements: inUnit });
  const deletesTen = unit.run(async () => {
    expect(await first.retention.deleteSome()).toBe(true);
    atIt.resolve();
    await mayCommit.promise;
  });
  await atIt.promise;
  const second = deleting(world, { batch: 10 });
  expect(await second.sweep()).toBe(2);
  expect(second.said).toMatchObject([{ count: 15 }]);
  expect(await countOf(world, 'saga')).toBe(15);
  mayCommit.resolve();
  await deletesTen;
  const young = [1, 2, 3, 4, 5].map((n) => `young-${n}`);
  expect(await idsIn(world, 'saga')).toEqual(young);
  expect(await idsIn(world, 'saga_transition')).toEqual(young);
});
