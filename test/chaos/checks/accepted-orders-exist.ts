import type { Check } from './finding.js';
import { placings } from './placings.js';

export const acceptedOrdersExist: Check = {
  id: 'accepted-orders-exist',
  promise: 'Every order that was accepted is there, as it was ordered, and no other one is.',
  find: ({ calls, orders }) => {
    const seen = new Map(orders.map((order) => [order.id, order]));
    const known = new Set<string>();
    const missing = placings(calls).flatMap(({ orderId, customerId, lines, key }) => {
      if (known.has(orderId)) return [];
      known.add(orderId);
      const order = seen.get(orderId);
      if (order === undefined)
        return [{ harm: 'lost' as const, what: `order ${orderId} was accepted (key ${key}) and is not there` }];
      const same = order.customerId === customerId && linesOf(order.lines) === linesOf(lines);
      return same
        ? []
        : [
            {
              harm: 'lost' as const,
              what: `order ${orderId} is not what was ordered: ${linesOf(order.lines)} instead of ${linesOf(lines)}`,
            },
          ];
    });
    const unknown = orders
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => ({ harm: 'doubled' as const, what: `order ${id} is there and nobody was told of it` }));
    return [...missing, ...unknown];
  },
};

const linesOf = (lines: readonly { readonly sku: string; readonly quantity: number }[]): string =>
  lines
    .map(({ sku, quantity }) => `${quantity} ${sku}`)
    .sort()
    .join(', ');
