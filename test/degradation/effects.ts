import { z } from 'zod';
import type { Client } from '../support/client.js';
import { order, payment, stock } from '../support/shapes.js';
import type { Prepared } from './prepared.js';
import type { Told } from './told.js';

interface Asked {
  readonly admin: Client;
  readonly told: Told;
  readonly prepared: Prepared;
  /** What the route answered. */
  readonly body: unknown;
}
/** Whether what a route promised has come about; rejects when that can't be seen now. */
type Effect = (asked: Asked) => Promise<boolean>;

const placed = z.object({ id: z.uuid() });

const orderIs = async (admin: Client, id: string, status: string): Promise<boolean> =>
  (await admin.expect(200, order, admin.get(`/v1/orders/${id}`))).status === status;
const isRefunded = async (admin: Client, id: string): Promise<boolean> =>
  (await admin.expect(200, payment, admin.get(`/v1/payments/${id}`))).status === 'refunded';
const isFree = async (admin: Client, sku: string | undefined): Promise<boolean> =>
  sku === undefined || (await admin.expect(200, stock, admin.get(`/v1/inventory/${sku}`))).reserved === 0;
const heard = ({ told, admin }: Asked, kind: string, id: string): boolean => told.has(kind, admin.userId ?? '', id);

/** An order of the prepared ones is at its end, its customer was told, and money and goods that were to go back did. */
const ended =
  (which: string, status: string, isPaidBack = false): Effect =>
  async (asked) => {
    const { admin, prepared } = asked;
    const id = prepared.orders[which] ?? '';
    return (
      heard(asked, `order-${status}`, id) &&
      (await orderIs(admin, id, status)) &&
      (!isPaidBack || (await isRefunded(admin, id))) &&
      (await isFree(admin, prepared.skus[which]))
    );
  };

/** What follows after the answer of a route, of those where something does. */
export const effects: Readonly<Record<string, Effect>> = {
  'POST /v1/orders': async (asked) => {
    const { id } = placed.parse(asked.body);
    return heard(asked, 'order-confirmed', id) && orderIs(asked.admin, id, 'confirmed');
  },
  'POST /v1/orders/:id/cancel': ended('cancel', 'cancelled', true),
  'POST /v1/orders/:id/return': ended('return', 'returned', true),
  'POST /v1/payments/:orderId/refunds': ended('refunds', 'cancelled', true),
  'POST /v1/shipments/:orderId/dispatch': ended('dispatch', 'shipped'),
  'POST /v1/shipments/:orderId/deliver': ended('deliver', 'delivered'),
  'POST /v1/password-resets': async ({ told, prepared }) => told.has('password-reset', prepared.somebody.id),
};

/** That nobody hopes any more for the charge of an order. */
export const isGivenUp: Effect = async ({ admin, body }) => {
  const { status } = await admin.expect(200, payment, admin.get(`/v1/payments/${placed.parse(body).id}`));
  return status === 'unavailable' || status === 'refunding';
};

/** That an order was turned down, for a reason that is not its customer's. */
export const isTurnedDown: Effect = async ({ admin, body }) => {
  const { status, failure } = await admin.expect(200, order, admin.get(`/v1/orders/${placed.parse(body).id}`));
  return status === 'rejected' && failure?.type === 'payment-unavailable';
};
