import { command, event, failure, query, role, service } from '@isolith/contracts';
import { z } from 'zod';

export const OrderId = z.uuid();
export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'must be 1 to 40 of A-Z, 0-9 and -, not starting with -');
export const Quantity = z.int().min(1).max(1_000_000);
const Count = z.int().min(0);

/** `available` is what is on hand and not reserved. */
export const StockLevel = z.object({ sku: Sku, onHand: Count, reserved: Count, available: Count });
export type StockLevel = z.output<typeof StockLevel>;
export const StockLine = z.object({ sku: Sku, quantity: Quantity });
export type StockLine = z.output<typeof StockLine>;

/** A sku whose `available` is at or below this is low. */
export const LOW_STOCK = 5;

export class StockNotFound extends failure('inventory.stock-not-found', {
  data: z.object({ sku: Sku }),
  status: 404,
  detail: ({ sku }) => `No stock of ${sku} was ever received`,
}) {}

/** More of one sku than a shop can count. */
export class TooMuchStock extends failure('inventory.too-much-stock', {
  data: z.object({ sku: Sku, limit: Count }),
  status: 409,
  detail: ({ sku, limit }) => `There can be at most ${limit} of ${sku} on hand`,
}) {}

export class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ sku: Sku, requested: Count, available: Count }),
  status: 409,
  detail: ({ sku, requested, available }) => `${requested} of ${sku} were requested, ${available} are available`,
}) {}

/** The order's stock was released, perhaps before it was reserved; it can't be reserved any more. */
export class ReservationReleased extends failure('inventory.reservation-released', {
  data: z.object({ orderId: OrderId }),
  status: 409,
  detail: ({ orderId }) => `The stock of order ${orderId} was released`,
}) {}

/** The order holds a reservation of other lines. */
export class ReservationDiffers extends failure('inventory.reservation-differs', {
  data: z.object({ orderId: OrderId }),
  status: 409,
  detail: ({ orderId }) => `Order ${orderId} has a reservation of other lines`,
}) {}

/** Any sku: goods may arrive before the product is in the catalogue. */
export class ReceiveStock extends command('inventory.receive-stock', {
  input: StockLine,
  output: StockLevel,
  failures: [TooMuchStock],
  access: [role('admin')],
}) {}

export class GetStock extends query('inventory.get-stock', {
  input: z.object({ sku: Sku }),
  output: StockLevel,
  failures: [StockNotFound],
  access: [role('support'), role('admin')],
}) {}

/** All lines or none. Lines of one sku add up. */
export class ReserveStock extends command('inventory.reserve-stock', {
  input: z.object({ orderId: OrderId, lines: z.array(StockLine).min(1).max(100) }),
  failures: [OutOfStock, ReservationReleased, ReservationDiffers],
  access: [service('orders')],
}) {}

/** Also before the order's reservation: then that never happens. Goods that left the house are not released. */
export class ReleaseStock extends command('inventory.release-stock', {
  input: z.object({ orderId: OrderId }),
  access: [service('orders')],
}) {}

/** The order's goods are on hand again. */
export class ReturnStock extends command('inventory.return-stock', {
  input: z.object({ orderId: OrderId }),
  access: [service('orders')],
}) {}

export class StockReserved extends event('inventory.stock-reserved', {
  input: z.object({ orderId: OrderId }),
  key: 'orderId',
}) {}

export class StockReleased extends event('inventory.stock-released', {
  input: z.object({ orderId: OrderId }),
  key: 'orderId',
}) {}

/** A reservation brought `available` down to LOW_STOCK or below; once per crossing. */
export class StockLow extends event('inventory.stock-low', {
  input: z.object({ sku: Sku, available: Count }),
  key: 'sku',
}) {}
