import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ItemAddedOnce, ItemAdded } from '../spec-support/cart.js';
import { cartSizes, openSizes, type Sizes } from '../spec-support/cart-sizes.js';
import { projection } from './projection.js';

let sizes: Sizes;
beforeEach(async () => {
  sizes = await openSizes();
});
afterEach(() => sizes.close());

const PATIENT = { withinMs: 60_000 };
const WHY =
  'shop.item-added is stored in version 2 and the projection cart-sizes reads version 1: it waits for a host of the newer release';
const first = new ItemAddedOnce({ cartId: 'a', sku: 'mug' });
const append = (version: number, ...events: readonly object[]) =>
  sizes.unit.run(async () => sizes.unit.append('a', version, events));

/** The same list as the release before had it, when nothing had a quantity. */
const former = () => {
  const { table } = cartSizes();
  return projection({
    name: 'cart-sizes',
    version: 1,
    events: [ItemAddedOnce, cartSizes().events[1] ?? ItemAdded],
    table,
    apply: (happened, { table: rows, write }) =>
      write(
        `INSERT INTO ${rows} AS cart VALUES ($1, 1, false) ON CONFLICT (cart_id) DO UPDATE SET items = cart.items + 1`,
        ['cartId' in happened ? happened.cartId : ''],
      ),
  });
};

it('a list stops at an event of a newer version, says so, and goes on in order with a host of the newer release', async () => {
  const followed = former();
  const older = sizes.host(followed);
  await append(0, first);
  await older.projections.caughtUp(followed, PATIENT);
  await append(1, new ItemAdded({ cartId: 'a', sku: 'cup', quantity: 2 }), first);
  while (sizes.newer.length < 2) await older.runner.afterNextStep(1_000);
  expect(older.runner.waiting()).toMatchObject([
    { kind: 'projection', name: 'shop.cart-sizes', reason: expect.stringContaining(WHY), detail: WHY },
  ]);
  expect(new Set(sizes.newer)).toEqual(new Set([WHY]));
  expect(sizes.reported).toEqual([expect.stringContaining('the projection cart-sizes of shop does not go on')]);
  expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 1, submitted: false }]);
  const upgraded = cartSizes();
  const newer = sizes.host(upgraded);
  await newer.projections.caughtUp(upgraded, PATIENT);
  expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 4, submitted: false }]);
});
