import { expect, it } from '@jest/globals';
import { aggregate } from '../index.js';
import { cart, ItemAdded, OrderSubmitted } from '../spec-support/cart.js';
import { AggregateRegistry } from './aggregate-registry.js';

const line = aggregate({
  name: 'cart-line',
  events: [ItemAdded],
  initial: () => 0,
  decide: () => [],
  evolve: (quantity: number, { quantity: more }) => quantity + more,
});

it('a stream is of the aggregate with the longest name that it begins with, if that lists its first event', () => {
  const registry = new AggregateRegistry();
  registry.register('shop', [cart], () => true);
  registry.register('shop', [line], () => true);
  const of = (stream: string, type: string, context = 'shop') => registry.of(context, stream, type)?.aggregate.name;
  const [added, submitted] = [ItemAdded, OrderSubmitted].map(({ contract }): string => contract.name);
  expect(of('cart-7', added ?? '')).toBe('cart');
  expect(of('cart-line-7', added ?? '')).toBe('cart-line');
  expect(of('cart-line-7', submitted ?? '')).toBe('cart');
  expect([of('carts', added ?? ''), of('cart-7', 'shop.other'), of('cart-7', added ?? '', 'mail')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('a history gives the state after each event, whichever version that was recorded in', () => {
  const history = cart.history();
  const stored = { type: 'shop.item-added', schema_version: 1, data: { cartId: 'c', sku: 'A' } };
  expect(history(stored)).toEqual({ items: [{ sku: 'A', quantity: 1 }], submitted: false });
  expect(history({ type: 'shop.order-submitted', schema_version: 1, data: { cartId: 'c' } })).toMatchObject({
    items: [{ sku: 'A' }],
    submitted: true,
  });
  expect(cart.history()(stored)).toMatchObject({ submitted: false });
});

it('a history does not go on with an event of a newer version', () => {
  const newer = {
    type: 'shop.item-added',
    schema_version: 3,
    data: { cartId: 'c', sku: 'A', quantity: 1, gift: true },
  };
  expect(() => cart.history()(newer)).toThrow('waits for a host of the newer release');
});
