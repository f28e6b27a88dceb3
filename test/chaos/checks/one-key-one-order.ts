import type { Check } from './finding.js';
import { placings } from './placings.js';

export const oneKeyOneOrder: Check = {
  id: 'one-key-one-order',
  promise: 'An Idempotency-Key names the same order however often and whenever it is sent, and no two keys name one.',
  find: ({ calls }) => {
    const idsOf = new Map<string, Set<string>>();
    const keysOf = new Map<string, Set<string>>();
    for (const { key, orderId } of placings(calls)) {
      idsOf.set(key, (idsOf.get(key) ?? new Set()).add(orderId));
      keysOf.set(orderId, (keysOf.get(orderId) ?? new Set()).add(key));
    }
    const several = (of: ReadonlyMap<string, ReadonlySet<string>>): [string, string][] =>
      [...of].flatMap(([name, set]) => (set.size > 1 ? [[name, [...set].join(', ')] as [string, string]] : []));
    return [
      ...several(idsOf).map(([key, ids]) => ({
        harm: 'doubled' as const,
        what: `key ${key} was answered with the orders ${ids}`,
      })),
      ...several(keysOf).map(([id, keys]) => ({
        harm: 'lost' as const,
        what: `order ${id} was the answer to the keys ${keys}`,
      })),
    ];
  },
};
