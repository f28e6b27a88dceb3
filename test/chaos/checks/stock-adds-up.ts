import type { Line } from '../client/call-log.js';
import type { Check, Finding } from './finding.js';

/** What an order of each status does to the shelf. */
const HOLDS = ['confirmed'];
const TOOK = ['shipped', 'delivered'];

export const stockAddsUp: Check = {
  id: 'stock-adds-up',
  promise:
    'For every sku: on hand is what was received less what has left, reserved is what confirmed orders wait for, available is the difference and never negative.',
  find: ({ calls, orders, stock }) => {
    const received = sums(calls.flatMap((call) => (call.call === 'receive' ? [call] : [])));
    const linesOf = (statuses: readonly string[]): Line[] =>
      orders.flatMap(({ status, lines }) => (statuses.includes(status) ? lines : []));
    const held = sums(linesOf(HOLDS));
    const taken = sums(linesOf(TOOK));
    const levels = new Map(stock.map((level) => [level.sku, level]));
    return [...received].flatMap(([sku, quantity]) => {
      const expected = { onHand: quantity - (taken.get(sku) ?? 0), reserved: held.get(sku) ?? 0 };
      const level = levels.get(sku);
      if (level === undefined)
        return [{ harm: 'lost' as const, what: `${sku}: ${quantity} were received, and it has no level` }];
      const { onHand, reserved, available } = level;
      const findings: Omit<Finding, 'check'>[] = [];
      const sold = expected.reserved + (taken.get(sku) ?? 0);
      if (sold > quantity)
        findings.push({ harm: 'oversold', what: `${sku}: ${quantity} were received and ${sold} are sold` });
      if (onHand < 0 || reserved < 0 || available < 0)
        findings.push({ harm: 'oversold', what: `${sku}: ${JSON.stringify(level)} has a negative number` });
      if (available !== onHand - reserved)
        findings.push({
          harm: 'unbalanced',
          what: `${sku}: ${available} available is not ${onHand} on hand less ${reserved} reserved`,
        });
      if (onHand !== expected.onHand)
        findings.push({
          harm: onHand < expected.onHand ? 'lost' : 'unbalanced',
          what: `${sku}: ${onHand} on hand, ${expected.onHand} by what was received and has left`,
        });
      if (reserved !== expected.reserved)
        findings.push({
          harm: 'unbalanced',
          what: `${sku}: ${reserved} reserved, ${expected.reserved} by the orders that wait for it`,
        });
      return findings;
    });
  },
};

function sums(lines: readonly Line[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const { sku, quantity } of lines) sum.set(sku, (sum.get(sku) ?? 0) + quantity);
  return sum;
}
