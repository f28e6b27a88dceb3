import { leaseTerms } from '@isolith/journal/internal';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';
import { SagaLeases } from './saga-leases.js';

let world: World;
withWorld((given) => (world = given));
beforeEach(() => write('TRUNCATE orders.saga CASCADE'));

const KNOWN = [
  { name: 'orders.rests', version: 1 },
  { name: 'orders.other', version: 1 },
];
const MINUTE = 60_000;
const write = async (sql: string): Promise<void> =>
  world.context.unit.run(async () => void (await world.context.unit.execute(sql)));
/** `leased`: another host holds it for so many minutes. */
type Resting = { readonly name?: string; readonly version?: number; readonly leased?: number };
/** Sagas that are due in so many minutes. */
const resting = (count: number, minutes: number, more: Resting = {}): Promise<void> => {
  const { name = 'orders.rests', version = 1, leased } = more;
  const held = leased === undefined ? 'NULL, NULL' : `'another', now() + ${leased} * interval '1 min'`;
  return write(`INSERT INTO orders.saga (name, id, version, state, principal, correlation_id, due_at, holder, leased_until)
    SELECT '${name}', '${minutes} ' || n, ${version}, '{}', '{}', 'c', now() + ${minutes} * interval '1 min', ${held}
    FROM generate_series(1, ${count}) AS n`);
};
const terms = leaseTerms();
const leases = (): SagaLeases => new SagaLeases('orders', world.context.unit, world.context.database, terms);

describe('the outlook on a table of sagas', () => {
  it('is found by an index, however many rest', async () => {
    await resting(5_000, 90);
    await write('ANALYZE orders.saga');
    const { database, unit } = world.context;
    const plans: string[] = [];
    const explaining: Pick<typeof database, 'query'> = {
      query: async (_row, sql, params) => {
        const line = z.object({ 'QUERY PLAN': z.string() });
        plans.push(JSON.stringify(await unit.run(() => unit.query(line, `EXPLAIN ${sql}`, params))));
        return [];
      },
    };
    await new SagaLeases('orders', world.context.unit, explaining, terms).outlook(KNOWN, [
      { name: 'orders.rests', id: '1' },
    ]);
    expect(plans).toEqual([expect.stringContaining('saga_due')]);
    expect(plans).not.toEqual([expect.stringContaining('Seq Scan on saga')]);
  });

  it.each([
    ['nothing', [], null],
    [
      'the first of those that rest',
      [
        [3, 30],
        [1, 20],
      ],
      20,
    ],
    [
      'what is due and free',
      [
        [1, -5],
        [1, 20],
      ],
      -5,
    ],
    [
      'the end of the lease of what another holds',
      [
        [1, -5, { leased: 7 }],
        [1, 20],
      ],
      7,
    ],
    [
      'what is due before such a lease is over',
      [
        [1, -5, { leased: 30 }],
        [1, 20],
      ],
      20,
    ],
    [
      'none that is not known',
      [
        [2, 5, { name: 'orders.unknown' }],
        [2, -5, { version: 9 }],
        [1, 20],
      ],
      20,
    ],
  ] as const)('tells of %s', async (_what, sagas, minutes) => {
    for (const [count, due, more] of sagas) await resting(count, due, more);
    const { ms } = await leases().outlook(KNOWN, []);
    expect(ms === undefined ? null : Math.round(ms / MINUTE)).toBe(minutes);
  });

  it('leaves out what moves here', async () => {
    await resting(1, -5);
    await resting(1, 20);
    const mine = [
      { name: 'orders.rests', id: '-5 1' },
      { name: 'orders.rests', id: '20 1' },
    ];
    expect(await leases().outlook(KNOWN, mine)).toEqual({ ms: undefined, newer: [] });
  });

  it('names sagas that are due and that only a newer definition may move', async () => {
    await resting(2, -5, { version: 9 });
    await resting(1, 20, { name: 'orders.other', version: 9 });
    expect((await leases().outlook(KNOWN, [])).newer).toEqual(['orders.rests']);
  });
});
