import type { Check } from './finding.js';

export const ordersEnd: Check = {
  id: 'orders-end',
  promise: 'Every order has ended, by itself.',
  find: ({ orders }) =>
    orders.flatMap(({ id, status }) =>
      status === 'pending' ? [{ harm: 'unended' as const, what: `order ${id} is still pending` }] : [],
    ),
};
