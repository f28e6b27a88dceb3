import { anyone, command, failure, query, service } from '@isolith/contracts';
import { z } from 'zod';

// All that others may know of stock: they import this file and nothing else of it.

export const Sku = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and -');
export const Quantity = z.int().min(1).max(1_000_000);
export const StockLevel = z.object({ sku: Sku, available: z.int().min(0) });
export type StockLevel = z.output<typeof StockLevel>;

/** Thrown where goods are reserved, caught where they are wanted: by instanceof, also in another process. */
export class OutOfStock extends failure('stock.out-of-stock', {
  data: StockLevel,
  status: 409,
  detail: ({ sku, available }) => `${available} of ${sku} are available`,
}) {}

// Who may send a message stands beside it. Nobody signs in to this app yet, so users are anyone().
export class ReceiveStock extends command('stock.receive-stock', {
  input: z.object({ sku: Sku, quantity: Quantity }),
  output: StockLevel,
  access: [anyone()],
}) {}

export class ReserveStock extends command('stock.reserve-stock', {
  input: z.object({ orderId: z.uuid(), sku: Sku, quantity: Quantity }),
  failures: [OutOfStock],
  access: [service('orders')],
}) {}

/** Undoes ReserveStock. What holds nothing is released already. */
export class ReleaseStock extends command('stock.release-stock', {
  input: z.object({ orderId: z.uuid() }),
  access: [service('orders')],
}) {}

export class GetStock extends query('stock.get-stock', {
  input: z.object({ sku: Sku }),
  output: StockLevel,
  access: [anyone()],
}) {}
