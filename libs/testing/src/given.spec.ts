import { describe, expect, it } from '@jest/globals';
import { given } from './given.js';

interface Order {
  readonly items: readonly string[];
  readonly submitted: boolean;
}
class ItemAdded {
  readonly type = 'item-added';
  constructor(
    readonly orderId: string,
    readonly sku: string,
  ) {}
}
class OrderSubmitted {
  readonly type = 'order-submitted';
  constructor(readonly orderId: string) {}
}
class EmptyOrder extends Error {}
type Intent = { readonly add: string } | { readonly submit: true };

const order = {
  initial: (): Order => ({ items: [], submitted: false }),
  evolve: (state: Order, event: ItemAdded | OrderSubmitted): Order =>
    event.type === 'item-added' ? { ...state, items: [...state.items, event.sku] } : { ...state, submitted: true },
  decide: (state: Order, intent: Intent, id: string): readonly (ItemAdded | OrderSubmitted)[] => {
    if ('add' in intent) return [new ItemAdded(id, intent.add)];
    if (state.items.length === 0) throw new EmptyOrder('an order needs an item');
    return state.submitted ? [] : [new OrderSubmitted(id)];
  },
};
const [mug, cup, submitted] = [new ItemAdded('o', 'mug'), new ItemAdded('o', 'cup'), new OrderSubmitted('o')];
const submit: Intent = { submit: true };

describe('an aggregate', () => {
  it('state rebuilt from ItemAdded, ItemAdded, OrderSubmitted is submitted with two items', () => {
    expect(given(order, mug, cup, submitted).state).toEqual({ items: ['mug', 'cup'], submitted: true });
  });

  it("an empty order can't be submitted", () => {
    expect(given(order).when(submit, 'o').thenRefused(EmptyOrder).message).toBe('an order needs an item');
  });

  it('decides what is wanted of the one that is named', () => {
    given(order, mug).when(submit, 'o').thenRecorded(submitted);
    given(order, mug, submitted).when(submit, 'o').thenRecorded();
    given(order).when({ add: 'mug' }, 'o').thenRecorded(mug);
    expect(() => given(order, mug).when(submit, 'another').thenRecorded(submitted)).toThrow(/deep-equal/);
    expect(() => given(order, mug).when(submit).thenRecorded(submitted)).toThrow(/deep-equal/);
  });

  it('lets a function decide on the state, as what has no decide of its own does', () => {
    const decide = (state: Order) => order.decide(state, submit, 'o');
    given(order, mug).when(decide).thenRecorded(submitted);
    const { initial, evolve } = order;
    given({ initial, evolve }, mug).when(decide).thenRecorded(submitted);
  });
});

describe('an expectation that is not met', () => {
  it('is told with what was decided', () => {
    expect(() => given(order, mug).when(submit, 'o').thenRefused(EmptyOrder)).toThrow(
      'expected EmptyOrder, but it was decided: [{"orderId":"o","type":"order-submitted"}]',
    );
    expect(() => given(order).when(submit, 'o').thenRecorded(submitted)).toThrow(EmptyOrder);
    expect(() => given(order).when(submit, 'o').thenRefused(RangeError)).toThrow(EmptyOrder);
  });
});
