import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { testsRunOnServer } from '@isolith/postgres/testing';
import { claimed, host, onwards, SAVED } from '../spec-support/saving-host.js';
import { World } from '../spec-support/world.js';

testsRunOnServer();

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('a saga whose row somebody has locked is waited for by itself; those that are saved with it go on', async () => {
  const here = host(world);
  const rows = await claimed(world, here, 'open', 'locked', 'open too');
  const [before, locked, after] = rows;
  if (before === undefined || locked === undefined || after === undefined) throw new Error('three were claimed');
  const { unit } = world.context;
  let saving: Promise<unknown> | undefined;
  await unit.run(async () => {
    await unit.query(z.unknown(), `SELECT FROM orders.saga WHERE id = 'locked' FOR UPDATE`);
    const ahead = here.table.save({ ...locked, id: 'nobody' }, onwards(locked), 1, false);
    saving = here.table.save(locked, onwards(locked), 1, false);
    const others = [before, after].map((row) => here.table.save(row, onwards(row), 1, false));
    expect(await ahead).toBeUndefined();
    expect(await Promise.all(others)).toEqual([
      expect.objectContaining({ revision: 2 }),
      expect.objectContaining({ revision: 2 }),
    ]);
    expect(here.sent).toEqual(['alone', 'together', 'alone']);
    // An operator has taken it in hand.
    await unit.execute(`UPDATE orders.saga SET token = token + 1 WHERE id = 'locked'`);
  });
  expect(await saving).toBeUndefined();
  expect(await world.row(SAVED, 'locked')).toMatchObject({ revision: 1, step: 'a' });
});
