import { event, failure } from '@isolith/contracts';
import { z } from 'zod';
import { aggregate } from '../aggregate.js';

const cartId = z.string();

/** Version 1 had no quantity. */
export class ItemAdded extends event('shop.item-added', {
  input: z.object({ cartId, sku: z.string(), quantity: z.int() }),
  key: 'cartId',
  version: 2,
  upcasters: [{ from: 1, up: (data) => ({ ...data, quantity: 1 }) }],
}) {}
export class ItemAddedOnce extends event('shop.item-added', {
  input: z.object({ cartId, sku: z.string() }),
  key: 'cartId',
}) {}
export class OrderSubmitted extends event('shop.order-submitted', { input: z.object({ cartId }), key: 'cartId' }) {}

export class EmptyOrder extends failure('shop.empty-order', { status: 409, detail: 'an order needs an item' }) {}

export const Cart = z.object({
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })).readonly(),
  submitted: z.boolean(),
});
export type Cart = z.output<typeof Cart>;

export type CartIntent = { readonly want: 'add'; readonly sku: string } | { readonly want: 'submit' };
export const add = (sku: string): CartIntent => ({ want: 'add', sku });
export const submit: CartIntent = { want: 'submit' };

const spec = {
  name: 'cart',
  events: [ItemAdded, OrderSubmitted] as const,
  initial: (): Cart => ({ items: [], submitted: false }),
  decide: ({ items, submitted }: Cart, intent: CartIntent, id: string) => {
    if (intent.want === 'add') return [new ItemAdded({ cartId: id, sku: intent.sku, quantity: 1 })];
    if (items.length === 0) throw new EmptyOrder({});
    return submitted ? [] : [new OrderSubmitted({ cartId: id })];
  },
  evolve: (state: Cart, happened: ItemAdded | OrderSubmitted): Cart =>
    happened.type === 'shop.item-added'
      ? { ...state, items: [...state.items, { sku: happened.sku, quantity: happened.quantity }] }
      : { ...state, submitted: true },
};

export const cart = aggregate(spec);

export const cartWithSnapshots = (every = 3, version = 1) =>
  aggregate({ ...spec, snapshot: { state: Cart, every, version } });
