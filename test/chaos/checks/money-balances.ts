import type { Check } from './finding.js';

const PAID = ['confirmed', 'shipped', 'delivered'];

export const moneyBalances: Check = {
  id: 'money-balances',
  promise:
    'Order by order, and so in sum, what the provider captured less what it refunded is the total of a confirmed, shipped or delivered order, and nothing of any other.',
  find: ({ ledger, orders }) => {
    const held = new Map<string, number>();
    for (const { orderId, capturedMinor, refundedMinor } of ledger)
      held.set(orderId, (held.get(orderId) ?? 0) + capturedMinor - refundedMinor);
    const ofOrders = orders.flatMap(({ id, status, totalMinor }) => {
      const due = PAID.includes(status) ? totalMinor : 0;
      const has = held.get(id) ?? 0;
      held.delete(id);
      return has === due
        ? []
        : [
            {
              harm: 'unbalanced' as const,
              what: `order ${id} is ${status}, so ${due} are due, and the provider holds ${has}`,
            },
          ];
    });
    const ofNone = [...held].flatMap(([id, has]) =>
      has === 0
        ? []
        : [{ harm: 'unbalanced' as const, what: `the provider holds ${has} for ${id}, which is no order` }],
    );
    return [...ofOrders, ...ofNone];
  },
};
