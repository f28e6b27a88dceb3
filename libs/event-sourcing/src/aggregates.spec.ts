import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from './aggregate.js';
import { add, cart, EmptyOrder, ItemAdded, ItemAddedOnce, OrderSubmitted, submit } from './spec-support/cart.js';
import { openCarts, type Carts } from './spec-support/open-carts.js';

let carts: Carts;
beforeAll(async () => {
  carts = await openCarts();
});
afterAll(() => carts.close());

const skus = async (id: string): Promise<readonly string[]> =>
  (await carts.aggregates.load(cart, id)).state.items.map(({ sku }) => sku);

describe('load', () => {
  it('state rebuilt from ItemAdded, ItemAdded, OrderSubmitted is submitted with two items', async () => {
    await carts.unit.run(async () =>
      carts.unit.append('cart-l1', 0, [
        new ItemAdded({ cartId: 'l1', sku: 'mug', quantity: 1 }),
        new ItemAdded({ cartId: 'l1', sku: 'cup', quantity: 2 }),
        new OrderSubmitted({ cartId: 'l1' }),
      ]),
    );
    expect(await carts.aggregates.load(cart, 'l1')).toEqual({
      state: {
        items: [
          { sku: 'mug', quantity: 1 },
          { sku: 'cup', quantity: 2 },
        ],
        submitted: true,
      },
      version: 3,
      read: 3,
    });
  });

  it('of what never happened is the initial state, at version 0', async () => {
    expect(await carts.aggregates.load(cart, 'never')).toEqual({ state: cart.initial(), version: 0, read: 0 });
  });

  it('reads what a former release has recorded', async () => {
    await carts.unit.run(async () =>
      carts.unit.append('cart-old', 0, [new ItemAddedOnce({ cartId: 'old', sku: 'mug' })]),
    );
    expect((await carts.aggregates.load(cart, 'old')).state.items).toEqual([{ sku: 'mug', quantity: 1 }]);
  });

  it('names a gap', async () => {
    await carts.unit.run(async () => carts.unit.append('cart-gap', 4, [new OrderSubmitted({ cartId: 'gap' })]));
    await expect(carts.aggregates.load(cart, 'gap')).rejects.toThrow(
      'cart-gap in shop has no event of version 1; the next is 5',
    );
  });
});

describe('change', () => {
  it('records what is decided, and replies with what `also` makes of it', async () => {
    const reply = await carts.aggregates.change(cart, 'c1', add('mug'), ({ state, version, events }) => ({
      items: state.items.length,
      version,
      events,
    }));
    expect(reply).toEqual({ items: 1, version: 1, events: [new ItemAdded({ cartId: 'c1', sku: 'mug', quantity: 1 })] });
    await carts.aggregates.change(cart, 'c1', submit);
    expect(await carts.aggregates.load(cart, 'c1')).toMatchObject({ state: { submitted: true }, version: 2 });
  });

  it("an empty order can't be submitted: what decide refuses with is thrown, and nothing is recorded", async () => {
    await expect(carts.aggregates.change(cart, 'empty', submit)).rejects.toBeInstanceOf(EmptyOrder);
    expect(await carts.aggregates.load(cart, 'empty')).toMatchObject({ version: 0 });
  });

  it('records nothing when the intent has come true', async () => {
    await carts.aggregates.change(cart, 'c2', add('mug'));
    await carts.aggregates.change(cart, 'c2', submit);
    const again = await carts.aggregates.change(cart, 'c2', submit, ({ events, version }) => ({ events, version }));
    expect(again).toEqual({ events: [], version: 2 });
  });

  it('and what `also` does are one: when it throws nothing happened', async () => {
    const broken = carts.aggregates.change(cart, 'c3', add('mug'), () => {
      throw new Error('the view is broken');
    });
    await expect(broken).rejects.toThrow('the view is broken');
    expect(await carts.aggregates.load(cart, 'c3')).toMatchObject({ version: 0 });
  });

  it('joins an open unit and sees what that has recorded', async () => {
    await carts.unit.run(async () => {
      await carts.aggregates.change(cart, 'c4', add('mug'));
      await carts.aggregates.change(cart, 'c4', submit);
      expect(await carts.aggregates.load(cart, 'c4')).toMatchObject({ state: { submitted: true }, version: 2 });
    });
    expect(await skus('c4')).toEqual(['mug']);
  });

  it('decides anew on what another process has recorded meanwhile', async () => {
    const processes = [carts.aggregates, carts.again(), carts.again(), carts.again()];
    const versions = await Promise.all(
      processes.flatMap((aggregates, process) =>
        Array.from({ length: 10 }, (_, nth) =>
          aggregates.change(cart, 'raced', add(`sku-${process}-${nth}`), ({ version }) => version),
        ),
      ),
    );
    expect(new Set(versions).size).toBe(40);
    expect((await skus('raced')).length).toBe(40);
  });

  it('of many at once loses nothing, and each decides on what the one before has left', async () => {
    const versions = await Promise.all(
      Array.from({ length: 40 }, (_, nth) =>
        carts.aggregates.change(cart, 'busy', add(`sku-${nth}`), ({ version }) => version),
      ),
    );
    expect([...versions].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, nth) => nth + 1));
    expect((await skus('busy')).length).toBe(40);
  });
});

describe('create', () => {
  it('needs no load', async () => {
    await carts.aggregates.create(cart, 'n1', add('mug'));
    expect(await carts.aggregates.load(cart, 'n1')).toMatchObject({ version: 1 });
  });

  it('of what exists after all is a change of it', async () => {
    await carts.aggregates.change(cart, 'n2', add('mug'));
    expect(await carts.aggregates.create(cart, 'n2', add('cup'), ({ version }) => version)).toBe(2);
    expect(await skus('n2')).toEqual(['mug', 'cup']);
  });
});

it('an aggregate stands in the stream of its name and id', () => {
  expect(streamOf(cart, '7')).toBe('cart-7');
});
