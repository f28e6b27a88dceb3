import { z } from 'zod';
import { BadCursor } from '../orders.contract.js';

/** The place after which the next page begins: the last order of this one. */
const Place = z.tuple([z.iso.datetime(), z.uuid()]);

export interface OrderPlace {
  readonly placedAt: string;
  readonly orderId: string;
}

export function cursorOf({ placedAt, orderId }: OrderPlace): string {
  return Buffer.from(JSON.stringify([placedAt, orderId])).toString('base64url');
}

/** Throws BadCursor for what cursorOf() did not make. */
export function placeOf(cursor: string): OrderPlace {
  const place = Place.safeParse(parsed(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!place.success) throw new BadCursor({ pointer: '/cursor' });
  const [placedAt, orderId] = place.data;
  return { placedAt, orderId };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
