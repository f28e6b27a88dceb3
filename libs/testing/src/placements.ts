import type { FaultOptions } from '@isolith/message-bus';

/** How messages between the contexts of a test cross; by function calls when nothing is said. */
export interface Crossing {
  /** As bytes, as they do between hosts. */
  readonly parity?: boolean;
  /** As bytes, and they meet faults: delayed, doubled, overtaken, lost on the way there or back, drawn by a seed. */
  readonly faults?: FaultOptions;
}

/**
 * The ways in which a context may be placed: `describe.each(placements)('bookings %s', (_name, placement) => …)`, and
 * `openContext(bookings, { ...placement, module })` inside. What holds in one place holds in all.
 */
export const placements: readonly (readonly [name: string, placement: Crossing])[] = [
  ['in one process', {}],
  ['in hosts of their own', { parity: true }],
  ['in hosts of their own, on a bad day', { faults: { seed: 1 } }],
];

/** What a host is told so that its messages cross like that. */
export function parityOf({ parity = false, faults }: Crossing) {
  if (faults === undefined && !parity) return { env: {}, options: {} };
  const { seed, ...parityFaults } = faults ?? { seed: 0, rates: {} };
  return { env: { ISOLITH_PARITY: '1' }, options: { paritySeed: seed, parityFaults } };
}
