import type { Check } from './finding.js';
import { placings } from './placings.js';

export const oneCapturePerOrder: Check = {
  id: 'one-capture-per-order',
  promise:
    "The provider's ledger has at most one capture for an order, and none for a card that it declines or cannot reach.",
  find: ({ ledger, calls }) => {
    const captures = new Map<string, number>();
    for (const { orderId, capturedMinor } of ledger)
      if (capturedMinor > 0) captures.set(orderId, (captures.get(orderId) ?? 0) + 1);
    const tokenOf = new Map(placings(calls).map(({ orderId, token }) => [orderId, token]));
    return [...captures].flatMap(([orderId, count]) => {
      const token = tokenOf.get(orderId);
      const impossible = token === 'tok_declined' || token === 'tok_down';
      return [
        ...(count > 1 ? [{ harm: 'doubled' as const, what: `order ${orderId} was captured ${count} times` }] : []),
        ...(impossible ? [{ harm: 'unbalanced' as const, what: `order ${orderId} was captured, with ${token}` }] : []),
      ];
    });
  },
};
