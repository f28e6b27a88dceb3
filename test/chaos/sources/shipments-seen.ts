import { z } from 'zod';
import type { Witness } from '../ground/witness.js';

const row = z.object({
  orderId: z.uuid(),
  hasLeft: z.boolean(),
  lines: z
    .array(z.object({ sku: z.string(), quantity: z.int() }))
    .nullable()
    .transform((lines) => lines ?? []),
});

/** What was packed for an order, and whether it has left the house. */
export type ShipmentSeen = z.output<typeof row>;

export function shipmentsSeen(witness: Witness): Promise<ShipmentSeen[]> {
  return witness.query(
    row,
    `SELECT order_id AS "orderId", status IN ('dispatched', 'delivered') AS "hasLeft", lines FROM shipments.shipment`,
  );
}
