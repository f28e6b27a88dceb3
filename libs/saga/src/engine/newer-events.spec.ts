import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { until } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { inspection, waitingSaga } from '../spec-support/waiting-sagas.js';
import { Workshop } from '../spec-support/workshop.js';
import { World } from '../spec-support/world.js';

/** As the next release has it; version 1 had a seal of wax. */
class InspectedNext extends event('work.inspected', {
  input: z.object({ saga: z.string(), token: z.string() }),
  key: 'saga',
  version: 2,
  upcasters: [{ from: 1, up: (data) => ({ ...data, token: 'wax' }) }],
}) {}

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('a saga waits with an event of a newer version for a host that reads it; the host says so each time it looks', async () => {
  const workshop = await new Workshop().open();
  const met: string[] = [];
  const today = waitingSaga('orders.newer', ['a', inspection(), 'b!']);
  const older = world.engine([today], workshop.execute, {
    meetsNewer: ({ message }) => void met.push(message),
    pollMs: 10,
  });
  await older.start();
  await world.begin(older, today, 'newer');
  await world.reached('newer', ({ step }) => step === 'inspection');
  // A host of the next release takes the event, and stops.
  const next = waitingSaga('orders.newer', ['a', inspection({ event: InspectedNext }), 'b!']);
  const newer = world.engine([next], workshop.execute, { pollMs: 10 });
  await world.arrives(newer, new InspectedNext({ saga: 'newer', token: 'seal' }), 'e1');
  await until(() => met.length >= 2);
  expect(new Set(met)).toEqual(
    new Set([
      'work.inspected is stored in version 2 and this host reads version 1: it waits for a host of the newer release',
    ]),
  );
  expect(await world.row('orders.newer', 'newer')).toMatchObject({ status: 'running', step: 'inspection', heard: [] });
  await older.drain(AbortSignal.timeout(5_000));
  await newer.start();
  expect(await world.ended('newer')).toBe('completed');
  expect(await world.row('orders.newer', 'newer')).toMatchObject({ heard: ['e1'] });
  expect((await world.row('orders.newer', 'newer')).state).toMatchObject({ tokens: ['token 0', 'seal', 'token 1'] });
  await newer.drain(AbortSignal.timeout(5_000));
});
