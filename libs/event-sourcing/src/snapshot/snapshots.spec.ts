import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { aggregate } from '../aggregate.js';
import { add, cart, cartWithSnapshots, ItemAdded, submit } from '../spec-support/cart.js';
import { openCarts, type Carts } from '../spec-support/open-carts.js';

let carts: Carts;
beforeAll(async () => {
  carts = await openCarts();
});
beforeEach(async () => {
  // What the test before has led to may still be on its way into the table.
  await carts.snapshots.idle();
  await carts.unit.run(() => carts.unit.execute('DELETE FROM shop.snapshot'));
});
afterAll(() => carts.close());

const kept = async (): Promise<readonly unknown[]> => {
  await carts.snapshots.idle();
  return carts.database.query(
    z.object({ stream: z.string(), version: z.int() }),
    'SELECT stream, version FROM shop.snapshot ORDER BY stream, digest',
  );
};
const buy = async (cartOf: typeof cart, id: string, items: number): Promise<void> => {
  for (let nth = 0; nth < items; nth += 1) await carts.aggregates.change(cartOf, id, add(`sku-${nth}`));
};

it('a snapshot is kept when so many events have come since the last, and the next load begins with it', async () => {
  const snapped = cartWithSnapshots(3);
  await buy(snapped, 'a', 2);
  expect(await kept()).toEqual([]);
  await buy(snapped, 'a', 1);
  expect(await kept()).toEqual([{ stream: 'cart-a', version: 3 }]);
  await buy(snapped, 'a', 2);
  expect(await carts.aggregates.load(snapped, 'a')).toMatchObject({ version: 5, read: 2 });
  expect((await carts.aggregates.load(snapped, 'a')).state).toEqual((await carts.aggregates.load(cart, 'a')).state);
  await buy(snapped, 'a', 1);
  expect(await kept()).toEqual([{ stream: 'cart-a', version: 6 }]);
});

it('a load that had to read much keeps one too', async () => {
  await buy(cart, 'b', 7);
  const snapped = cartWithSnapshots(5);
  expect(await carts.aggregates.load(snapped, 'b')).toMatchObject({ version: 7, read: 7 });
  expect(await kept()).toEqual([{ stream: 'cart-b', version: 7 }]);
  expect(await carts.aggregates.load(snapped, 'b')).toMatchObject({ version: 7, read: 0 });
});

it('of another shape is not read, and both are kept while both releases run', async () => {
  await buy(cartWithSnapshots(3, 1), 'c', 3);
  await kept();
  const next = cartWithSnapshots(3, 2);
  expect(await carts.aggregates.load(next, 'c')).toMatchObject({ version: 3, read: 3 });
  expect(await kept()).toHaveLength(2);
  await carts.unit.run(() => carts.unit.execute("UPDATE shop.snapshot SET taken_at = now() - interval '2 days'"));
  await buy(next, 'c', 3);
  expect(await kept()).toEqual([{ stream: 'cart-c', version: 6 }]);
});

it('an older state never takes the place of a newer one', async () => {
  const snapped = cartWithSnapshots(1);
  await buy(snapped, 'd', 4);
  await kept();
  const { snapshot: format } = snapped;
  if (format === undefined) throw new Error('it has no snapshots');
  carts.snapshots.offer({ stream: 'cart-d', format, state: cart.initial(), version: 2 });
  expect(await kept()).toEqual([{ stream: 'cart-d', version: 4 }]);
  expect((await carts.aggregates.load(snapped, 'd')).state.items).toHaveLength(4);
});

it('what a refused or rolled back change would have led to is not kept', async () => {
  const snapped = cartWithSnapshots(1);
  const broken = carts.aggregates.change(snapped, 'e', add('mug'), () => {
    throw new Error('the view is broken');
  });
  await expect(broken).rejects.toThrow('the view is broken');
  expect(await kept()).toEqual([]);
});

it('deleting all of them under changes loses nothing', async () => {
  const snapped = cartWithSnapshots(2);
  const deleting = (async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      await carts.unit.run(() => carts.unit.execute('DELETE FROM shop.snapshot'));
      await new Promise(setImmediate);
    }
  })();
  await buy(snapped, 'f', 30);
  await deleting;
  await carts.aggregates.change(snapped, 'f', submit);
  const { state, version } = await carts.aggregates.load(snapped, 'f');
  expect([state.items.length, state.submitted, version]).toEqual([30, true, 31]);
  expect(state).toEqual((await carts.aggregates.load(cart, 'f')).state);
});

it('a state that its schema does not give back is not kept, which is told once', async () => {
  const zero = { count: 0, forgotten: 0 };
  const lossy = aggregate({
    name: 'cart',
    events: [ItemAdded],
    initial: (): { readonly count: number } => zero,
    decide: (_state, { sku }: { readonly sku: string }, id) => [new ItemAdded({ cartId: id, sku, quantity: 1 })],
    evolve: (state) => ({ ...state, count: state.count + 1 }),
    snapshot: { state: z.object({ count: z.int() }), every: 1 },
  });
  for (const sku of ['mug', 'cup']) {
    await carts.aggregates.change(lossy, 'g', { sku });
    expect(await kept()).toEqual([]);
  }
  expect(carts.reported).toEqual([expect.stringMatching(/cart-g could not be kept.*does not give back/)]);
});

it('who stops the host waits for the one that is being written, and for no other', async () => {
  const snapped = cartWithSnapshots(1);
  for (const id of ['h1', 'h2', 'h3']) await buy(snapped, id, 1);
  await carts.snapshots.drain();
  const before = await kept();
  await buy(snapped, 'h4', 1);
  expect(await kept()).toEqual(before);
});
