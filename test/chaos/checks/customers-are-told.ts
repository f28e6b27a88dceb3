import type { Check, Finding } from './finding.js';

/** What the customer of an order is told for each status that it came to. */
const NEWS: Readonly<Record<string, string>> = {
  confirmed: 'order-confirmed',
  rejected: 'order-rejected',
  cancelled: 'order-cancelled',
  shipped: 'order-shipped',
  delivered: 'order-delivered',
  returned: 'order-returned',
};

export const customersAreTold: Check = {
  id: 'customers-are-told',
  promise:
    'Of every step of an order its customer is told, at least once, under one key: whoever knows keys is told once. Nobody is told what did not happen.',
  find: ({ orders, notices }) => {
    const keysOf = new Map<string, Set<string>>();
    const toldOf = (orderId: string, userId: string, kind: string): string =>
      `${kind} of order ${orderId} to ${userId}`;
    for (const { orderId, userId, kind, key } of notices) {
      if (orderId === undefined) continue;
      const told = toldOf(orderId, userId, kind);
      keysOf.set(told, (keysOf.get(told) ?? new Set()).add(key));
    }
    const findings: Omit<Finding, 'check'>[] = [];
    for (const { id, customerId, history } of orders) {
      for (const { status } of history) {
        const kind = NEWS[status];
        if (kind === undefined) continue;
        const told = toldOf(id, customerId, kind);
        const keys = keysOf.get(told)?.size ?? 0;
        keysOf.delete(told);
        if (keys === 0) findings.push({ harm: 'lost', what: `${told} was never sent` });
        if (keys > 1) findings.push({ harm: 'doubled', what: `${told} was sent under ${keys} keys` });
      }
    }
    for (const told of keysOf.keys())
      findings.push({ harm: 'doubled', what: `${told} was sent, and it did not happen` });
    return findings;
  },
};
