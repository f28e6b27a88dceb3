import { expect, it } from '@jest/globals';
import { SagaCursorUnknown } from '../engine/saga-failures.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
withWorld((given) => (world = given));

/** Three that began in the same microsecond, and one that did in the next. */
const begun = async (): Promise<void> => {
  const row = `VALUES ($1, $2, 1, '{}', '{"service": "orders", "roles": []}', 'c', timestamptz '2026-01-01 00:00:00.123456Z' + $3::int * interval '1 microsecond')`;
  await world.context.unit.run(async () => {
    for (const [name, id, micros] of [
      ['orders.a', '2', 0],
      ['orders.b', '1', 0],
      ['orders.a', '1', 0],
      ['orders.a', '3', 1],
    ])
      await world.context.unit.execute(
        `INSERT INTO orders.saga (name, id, version, state, principal, correlation_id, created_at) ${row}`,
        [name, id, micros],
      );
  });
};

it('sagas are listed page by page, the youngest first, each once', async () => {
  await begun();
  const seen: string[] = [];
  for (let cursor: string | undefined, nth = 0; nth < 4; nth += 1) {
    const { items, nextCursor } = await world.overview.page({}, 1, cursor);
    seen.push(...items.map(({ name, id }) => `${name} ${id}`));
    expect(nextCursor === undefined).toBe(nth === 3);
    cursor = nextCursor;
  }
  expect(seen).toEqual(['orders.a 3', 'orders.a 1', 'orders.a 2', 'orders.b 1']);
});

it.each(['x', '', Buffer.from('[1,2]').toString('base64url'), Buffer.from('[-1,"a","b"]').toString('base64url')])(
  'a cursor that no page gave is refused: %j',
  async (cursor) => {
    await expect(world.overview.page({}, 1, cursor)).rejects.toBeInstanceOf(SagaCursorUnknown);
  },
);
