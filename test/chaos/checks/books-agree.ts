import type { Check } from './finding.js';

export const booksAgree: Check = {
  id: 'books-agree',
  promise:
    'The reconciliation of the shop finds nothing pending and no difference, and its sums are those of the provider and of the orders.',
  find: ({ reconciled, ledger, orders }) => {
    const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0);
    const expected = {
      capturedMinor: sum(ledger.map(({ capturedMinor }) => capturedMinor)),
      refundedMinor: sum(ledger.map(({ refundedMinor }) => refundedMinor)),
      confirmedOrdersMinor: sum(
        orders.map(({ status, totalMinor }) =>
          ['confirmed', 'shipped', 'delivered'].includes(status) ? totalMinor : 0,
        ),
      ),
    };
    const wrong = (Object.keys(expected) as (keyof typeof expected)[]).filter(
      (name) => reconciled[name] !== expected[name],
    );
    return [
      ...wrong.map((name) => ({
        harm: 'unbalanced' as const,
        what: `the reconciliation says ${name} ${reconciled[name]}, the books say ${expected[name]}`,
      })),
      ...(reconciled.pendingCount > 0
        ? [{ harm: 'unended' as const, what: `the reconciliation waits for ${JSON.stringify(reconciled.pending)}` }]
        : []),
      ...(reconciled.differenceCount > 0
        ? [{ harm: 'unbalanced' as const, what: `the reconciliation finds ${JSON.stringify(reconciled.differences)}` }]
        : []),
    ];
  },
};
