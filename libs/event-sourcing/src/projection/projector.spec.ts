import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { cartSizes, openSizes, type Sizes } from '../spec-support/cart-sizes.js';
import { Projector } from './projector.js';

let sizes: Sizes;
beforeEach(async () => {
  sizes = await openSizes();
});
afterEach(() => sizes.close());

const coded = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * One that is at the begin of three events; its first units fail like this. `limits`: how many events each step has
 * asked for.
 */
async function failing(failures: Error[]): Promise<{ readonly projector: Projector; readonly limits: number[] }> {
  const followed = cartSizes();
  await sizes.add('a', 3);
  await sizes.unit.intent(() => sizes.builds.begin(followed));
  const limits: number[] = [];
  const { reader, unit } = sizes;
  const projector = new Projector({
    ...sizes,
    projection: followed,
    pauseMs: 0,
    reader: {
      ...reader,
      readAfter: (after, types, limit) => {
        limits.push(limit);
        return reader.readAfter(after, types, limit);
      },
    },
    unit: {
      write: (sql, params) => unit.write(sql, params),
      intent: async (work) => {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return unit.intent(work);
      },
    },
  });
  return { projector, limits };
}

it.each([
  ['a connection that broke', [coded('08006')]],
  ['two transactions that met', [coded('40P01'), coded('40P01')]],
  ['a commit of which nobody knows', [new OutcomeUnknownError('the connection was lost')]],
])('%s says nothing of an event: the batch is tried again after a pause, as a whole', async (_, outages) => {
  const { projector, limits } = await failing([...outages]);
  for (const { message } of outages) {
    expect(await projector.step()).toBe(false);
    expect(projector.trouble).toMatchObject({ reason: message, mayPass: true });
  }
  await projector.step();
  expect(projector.trouble).toBeUndefined();
  expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 3, submitted: false }]);
  expect(limits).toEqual(Array(outages.length + 1).fill(500));
});

it.each([
  ['that the database refuses', coded('22003')],
  ['that was too much for the time it may take', new OverloadedError('a statement waited too long')],
])('a batch %s is gone through one by one', async (_, failure) => {
  const { projector, limits } = await failing([failure]);
  while (await projector.step());
  expect(limits.slice(0, 4)).toEqual([500, 1, 1, 1]);
});
