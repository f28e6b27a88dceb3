import { z } from 'zod';

/** The answers of the HTTP API as its documentation promises them: strict, so that a field too many is found too. */

export const problem = z.strictObject({
  type: z.string().min(1),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string().min(1) })).optional(),
});

export const role = z.enum(['customer', 'support', 'admin']);
export const user = z.strictObject({
  id: z.uuid(),
  email: z.email(),
  name: z.string(),
  roles: z.array(role),
  createdAt: z.iso.datetime().optional(),
});
export const session = z.strictObject({
  accessToken: z.string(),
  expiresIn: z.int().positive(),
  refreshToken: z.string(),
});

export const product = z.strictObject({
  sku: z.string(),
  name: z.string(),
  priceMinor: z.int(),
  currency: z.string().length(3),
});
export const stock = z.strictObject({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });

export const orderStatus = z.enum([
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'returned',
  'rejected',
  'cancelled',
]);
export const placed = z.strictObject({ id: z.uuid(), status: z.literal('pending') });
export const accepted = z.strictObject({ id: z.uuid(), status: orderStatus });
export const order = z.strictObject({
  id: z.uuid(),
  status: orderStatus,
  customerId: z.uuid(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })).min(1),
  totalMinor: z.int(),
  currency: z.string().length(3),
  paymentId: z.string().optional(),
  trackingNumber: z.string().optional(),
  history: z.array(z.strictObject({ status: orderStatus, at: z.iso.datetime() })).min(1),
  failure: z.strictObject({ type: z.string(), detail: z.string() }).optional(),
});

export const payment = z.object({ orderId: z.uuid(), status: z.string(), amountMinor: z.int(), currency: z.string() });
export const shipment = z.object({ orderId: z.uuid(), status: z.string(), trackingNumber: z.string() });
export const notification = z.object({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  createdAt: z.iso.datetime(),
});
export const reconciliation = z.strictObject({
  capturedMinor: z.int(),
  refundedMinor: z.int(),
  confirmedOrdersMinor: z.int(),
  pending: z.array(z.unknown()),
  differences: z.array(z.unknown()),
  // The lists are capped, the counts are not.
  pendingCount: z.int(),
  differenceCount: z.int(),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().optional() });
