import type { Check } from './finding.js';

const LEFT = ['shipped', 'delivered', 'returned'];

export const goodsLeaveOnce: Check = {
  id: 'goods-leave-once',
  promise:
    'Exactly the goods of shipped, delivered and returned orders have left, once each, and never more of a sku than was received and came back.',
  find: ({ shipments, orders, calls }) => {
    const orderOf = new Map(orders.map((order) => [order.id, order]));
    const left = shipments.filter(({ hasLeft }) => hasLeft);
    const times = new Map<string, number>();
    for (const { orderId } of left) times.set(orderId, (times.get(orderId) ?? 0) + 1);
    const wrong = [...times].flatMap(([orderId, count]) => {
      const status = orderOf.get(orderId)?.status ?? 'no order';
      return [
        ...(count > 1 ? [{ harm: 'doubled' as const, what: `the goods of order ${orderId} left ${count} times` }] : []),
        ...(LEFT.includes(status)
          ? []
          : [{ harm: 'oversold' as const, what: `the goods of order ${orderId} have left, and it is ${status}` }]),
      ];
    });
    const waiting = orders.flatMap(({ id, status }) =>
      LEFT.includes(status) && !times.has(id)
        ? [{ harm: 'lost' as const, what: `order ${id} is ${status}, and its goods have not left` }]
        : [],
    );
    const gone = new Map<string, number>();
    for (const { orderId, lines } of left) {
      // What came back can leave again.
      if (orderOf.get(orderId)?.status === 'returned') continue;
      for (const { sku, quantity } of lines) gone.set(sku, (gone.get(sku) ?? 0) + quantity);
    }
    const received = new Map<string, number>();
    for (const call of calls)
      if (call.call === 'receive') received.set(call.sku, (received.get(call.sku) ?? 0) + call.quantity);
    const over = [...gone].flatMap(([sku, quantity]) =>
      quantity > (received.get(sku) ?? 0)
        ? [
            {
              harm: 'oversold' as const,
              what: `${sku}: ${quantity} have left, ${received.get(sku) ?? 0} were received`,
            },
          ]
        : [],
    );
    return [...wrong, ...waiting, ...over];
  },
};
