import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { order, type orderStatus } from '../../support/shapes.js';
import type { PlacedOrder } from './place.js';
import { BrokenPromise } from './selling.js';

export type Status = z.output<typeof orderStatus>;

/** From the first look on. Longer than any fault lasts and any step may take. */
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 120;

/**
 * Looks at an order as its customer does, until it is at one of these. An order that was accepted is there: 404 is a
 * broken promise.
 */
export async function untilStatus(
  { orderId, customer }: PlacedOrder,
  isOne: (status: Status) => boolean,
): Promise<Status> {
  const giveUpAt = Date.now() + LIMIT_MS;
  for (;;) {
    const { status: code, body } = await customer.get(`/v1/orders/${orderId}`);
    if (code !== 200)
      throw new BrokenPromise(
        `order ${orderId} was accepted, and a look at it is answered ${code} ${JSON.stringify(body)}`,
      );
    const { status } = order.parse(body);
    if (isOne(status)) return status;
    if (Date.now() > giveUpAt) throw new BrokenPromise(`order ${orderId} is ${status} after ${LIMIT_MS} ms`);
    await pause(LOOK_EVERY_MS);
  }
}

export const hasEnded = (status: Status): boolean => status !== 'pending';
