import type { Check } from './finding.js';
import { acceptedChanges } from './placings.js';

export const refundsArePaid: Check = {
  id: 'refunds-are-paid',
  promise: 'A refund that was accepted is in the ledger of the provider, in full.',
  find: ({ calls, ledger }) =>
    [...acceptedChanges(calls, 'refund')].flatMap((orderId) =>
      ledger
        .filter((entry) => entry.orderId === orderId && entry.capturedMinor !== entry.refundedMinor)
        .map(({ capturedMinor, refundedMinor }) => ({
          harm: 'lost' as const,
          what: `the refund of order ${orderId} was accepted, and ${refundedMinor} of ${capturedMinor} are back`,
        })),
    ),
};
