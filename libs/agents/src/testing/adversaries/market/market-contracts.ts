import { anyone, command, failure, owner, personal, query, role, service, signedIn } from '@isolith/contracts';
import { z } from 'zod';

const orderId = z.uuid();
const sku = z.string().min(1).max(40);
const amountMinor = z.int().min(1).max(1_000_000);
const text = z.string().max(2_000);

export class NoSuchOrder extends failure('market.no-such-order', { status: 404, detail: 'there is no such order' }) {}

export class GetProduct extends query('market.get-product', {
  input: z.object({ sku }),
  output: z.object({ sku, name: text, description: text }),
  access: [anyone()],
}) {}

/** Numbers alone: nobody can write to a model here. */
export class GetPrice extends query('market.get-price', {
  input: z.object({ sku }),
  output: z.object({ priceMinor: z.int().min(0) }),
  access: [anyone()],
}) {}

const Order = z.object({
  orderId,
  status: z.enum(['confirmed', 'cancelled']),
  note: text,
  customer: z.object({ name: personal(text), email: personal(text) }),
});

/** Contexts may read any order; users their own. */
export class GetOrder extends query('market.get-order', {
  input: z.object({ orderId }),
  output: Order,
  failures: [NoSuchOrder],
  access: [owner(), role('support'), service()],
}) {}

export class ListOrders extends query('market.list-orders', {
  input: z.object({}),
  output: z.object({ items: z.array(Order) }),
  access: [owner(), role('support'), service()],
}) {}

export class NoteOrder extends command('market.note-order', {
  input: z.object({ orderId, note: text }),
  failures: [NoSuchOrder],
  access: [owner(), role('support'), service()],
}) {}

export class CancelOrder extends command('market.cancel-order', {
  input: z.object({ orderId }),
  failures: [NoSuchOrder],
  access: [owner(), role('support'), service()],
}) {}

export class RefundOrder extends command('market.refund-order', {
  input: z.object({ orderId, amountMinor }),
  failures: [NoSuchOrder],
  access: [role('support'), service()],
}) {}

export class SetPrice extends command('market.set-price', {
  input: z.object({ sku, priceMinor: amountMinor }),
  access: [role('admin'), role('support')],
}) {}

export class CloseAccount extends command('market.close-account', { input: z.object({}), access: [signedIn()] }) {}

/** Its policy is broken, as the market has declared it: nobody knows what it would have said. */
export class RingBell extends command('market.ring-bell', { input: z.object({}), access: [signedIn()] }) {}

/** No tool: it is not listed. */
export class GrantRole extends command('market.grant-role', {
  input: z.object({ user: z.string().max(40), role: z.string().max(40) }),
  access: [role('admin')],
}) {}

/** No tool, and never one: it is for contexts. */
export class WipeOrders extends command('market.wipe-orders', { input: z.object({}), access: [service()] }) {}
