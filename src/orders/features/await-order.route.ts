import { setTimeout as pause } from 'node:timers/promises';
import type { OrderView } from '../orders.contract.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Looks at an order until its checkout has ended or the signal aborts, with growing pauses; resolves with the order as
 * it was last seen. At least one look, then ever fewer, down to one a second.
 */
export async function awaitOrder(look: () => Promise<OrderView>, signal: AbortSignal): Promise<OrderView> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const order = await look();
    if (order.status !== 'pending' || signal.aborted) return order;
    // An aborted pause is just a short one.
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
