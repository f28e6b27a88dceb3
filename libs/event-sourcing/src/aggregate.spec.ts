import { expect, it } from '@jest/globals';
import { event, NewerVersionError } from '@isolith/contracts';
import { z } from 'zod';
import { aggregate } from './aggregate.js';
import { cart, cartWithSnapshots, ItemAdded, ItemAddedOnce, OrderSubmitted } from './spec-support/cart.js';

const plain = { name: 'cart', initial: () => 0, decide: () => [], evolve: (state: number) => state };

it('finds nothing wrong with what can run', () => {
  expect([cart.problems, cartWithSnapshots().problems]).toEqual([[], []]);
});

it('names everything that is wrong at once', () => {
  const { problems } = aggregate({
    ...plain,
    name: 'Cart 1',
    events: [ItemAdded, ItemAdded],
    snapshot: { state: z.number(), every: 0, version: 0.5 },
  });
  expect(problems).toEqual([
    'its name is lower-case-with-dashes, not "Cart 1"',
    'it lists shop.item-added twice',
    'snapshot.every must be a positive whole number, not 0',
    'snapshot.version must be a positive whole number, not 0.5',
  ]);
});

it('wants an event, and no state that JSON can not hold', () => {
  expect(
    aggregate({
      ...plain,
      initial: () => new Date(0),
      evolve: (state: Date) => state,
      events: [ItemAdded],
      snapshot: { state: z.date(), every: 5 },
    }).problems,
  ).toEqual(['snapshot.state is a schema that has no JSON Schema']);
  expect(aggregate({ ...plain, events: [] }).problems).toEqual(['it has no events']);
});

it('reads an event of today as it is, one of yesterday through the chain', () => {
  const data = { cartId: 'c', sku: 'mug' };
  expect(cart.reader.read({ type: 'shop.item-added', schema_version: 1, data })).toEqual(
    new ItemAdded({ ...data, quantity: 1 }),
  );
  const today = { type: 'shop.item-added', schema_version: 2, data: { ...data, quantity: 3 } };
  expect(cart.reader.read(today)).toBeInstanceOf(ItemAdded);
  expect(cart.reader.read(today)).toMatchObject({ quantity: 3 });
});

it('refuses what an upcaster has made of an event when it does not fit', () => {
  class Wrong extends event('shop.item-added', {
    input: ItemAdded.contract.input,
    key: 'cartId',
    version: 2,
    upcasters: [{ from: 1, up: (data) => ({ ...data, quantity: 'one' }) }],
  }) {}
  const wrong = aggregate({ ...plain, events: [Wrong] });
  expect(() =>
    wrong.reader.read({ type: 'shop.item-added', schema_version: 1, data: { cartId: 'c', sku: 'mug' } }),
  ).toThrow('shop.item-added does not fit its contract: /quantity');
});

it('waits for a newer release with an event of a newer version, and with one that it does not know', () => {
  const old = aggregate({ ...plain, events: [ItemAddedOnce] });
  const stored = { type: 'shop.item-added', schema_version: 2, data: {} };
  expect(() => old.reader.read(stored)).toThrow(
    expect.objectContaining({
      retryable: true,
      message:
        'shop.item-added is stored in version 2 and the aggregate cart reads version 1: it waits for a host of the newer release',
    }),
  );
  const unknown = () => old.reader.read({ ...stored, type: 'shop.gone' });
  expect(unknown).toThrow(NewerVersionError);
  expect(unknown).toThrow(
    'the aggregate cart was given shop.gone, which it does not list among its events: it waits for a host of the release that recorded it',
  );
});

it('gives snapshots of another state, version or name another digest', () => {
  const digestOf = (name: string, state: z.ZodType<number>, version?: number) =>
    aggregate({ ...plain, name, events: [OrderSubmitted], snapshot: { state, every: 1, ...(version && { version }) } })
      .snapshot?.digest;
  const digests = [
    digestOf('cart', z.int()),
    digestOf('cart', z.int(), 2),
    digestOf('basket', z.int()),
    digestOf('cart', z.int().min(0)),
  ];
  expect(new Set(digests).size).toBe(4);
  expect(digestOf('cart', z.int())).toBe(digests[0]);
});

it('does not wait with an event that this release itself records, and that it only forgot to list', () => {
  const states = (type: string): boolean => type === 'shop.order-submitted';
  const { reader } = aggregate({ ...plain, events: [ItemAdded] });
  const forgotten = () => reader.read({ type: 'shop.order-submitted', schema_version: 7, data: {} }, states);
  expect(forgotten).toThrow(
    'the aggregate cart does not list shop.order-submitted among its events, which its context states and its stream has',
  );
  expect(forgotten).not.toThrow(NewerVersionError);
  expect(() => reader.read({ type: 'shop.gone', schema_version: 1, data: {} }, states)).toThrow(NewerVersionError);
});
