import { command, event, failure, personal, query, role, service } from '@isolith/contracts';
import { z } from 'zod';

const orderId = z.uuid();
const shipmentId = z.uuid();
const Line = z.object({ sku: z.string().min(1).max(40), quantity: z.int().min(1).max(1000) });

export const ShippingAddress = z.object({
  name: z.string().min(1).max(200),
  line1: z.string().min(1).max(200),
  line2: z.string().min(1).max(200).optional(),
  city: z.string().min(1).max(100),
  postalCode: z.string().min(1).max(20),
  region: z.string().min(1).max(100).optional(),
  country: z.string().length(2),
});

export const ShipmentStatus = z.enum(['created', 'dispatched', 'delivered', 'cancelled']);
export type ShipmentStatus = z.output<typeof ShipmentStatus>;

export const ShipmentView = z.object({
  orderId,
  shipmentId,
  status: ShipmentStatus,
  trackingNumber: z.string(),
  lines: z.array(Line),
  /** Absent once it is no longer needed. */
  address: personal(ShippingAddress).optional(),
  createdAt: z.iso.datetime(),
  dispatchedAt: z.iso.datetime().optional(),
  deliveredAt: z.iso.datetime().optional(),
  cancelledAt: z.iso.datetime().optional(),
});

export class ShipmentNotFound extends failure('shipments.shipment-not-found', {
  data: z.object({ orderId: z.string() }),
  status: 404,
  detail: ({ orderId: id }) => `there is no shipment for order ${id}`,
}) {}

export class ShipmentAlreadyDispatched extends failure('shipments.shipment-already-dispatched', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the goods have left already',
}) {}

/** The shipment was cancelled, maybe before it was created. */
export class ShipmentCancelled extends failure('shipments.shipment-cancelled', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the shipment was cancelled',
}) {}

export class ShipmentNotDispatched extends failure('shipments.shipment-not-dispatched', {
  data: z.object({ orderId: z.string() }),
  status: 409,
  detail: 'the goods have not left yet',
}) {}

export class OrderNotConfirmed extends failure('shipments.order-not-confirmed', {
  data: z.object({ orderId: z.string(), status: z.string() }),
  status: 409,
  detail: ({ status }) => `goods leave for a confirmed order only, this one is ${status}`,
}) {}

/** One shipment per order; repeating gives the same one. */
export class CreateShipment extends command('shipments.create-shipment', {
  input: z.object({ orderId, lines: z.array(Line).min(1).max(50), address: personal(ShippingAddress) }),
  output: z.object({ shipmentId, trackingNumber: z.string() }),
  failures: [ShipmentCancelled],
  access: [service('orders')],
}) {}

/** Holds the goods back. Without a shipment it sees to it that a late one is refused. Repeating is harmless. */
export class CancelShipment extends command('shipments.cancel-shipment', {
  input: z.object({ orderId }),
  failures: [ShipmentAlreadyDispatched],
  access: [service('orders'), service('payments')],
}) {}

/** The goods leave, for a confirmed order only. Repeating is harmless. */
export class DispatchShipment extends command('shipments.dispatch-shipment', {
  input: z.object({ orderId }),
  failures: [ShipmentNotFound, ShipmentCancelled, OrderNotConfirmed],
  access: [role('support'), role('admin')],
}) {}

/** The goods have arrived. Repeating is harmless. */
export class DeliverShipment extends command('shipments.deliver-shipment', {
  input: z.object({ orderId }),
  failures: [ShipmentNotFound, ShipmentCancelled, ShipmentNotDispatched],
  access: [role('support'), role('admin')],
}) {}

export class GetShipment extends query('shipments.get-shipment', {
  input: z.object({ orderId }),
  output: ShipmentView,
  failures: [ShipmentNotFound],
  access: [role('support'), role('admin')],
}) {}

export class ShipmentDispatched extends event('shipments.shipment-dispatched', {
  input: z.object({ orderId, shipmentId }),
  key: 'orderId',
}) {}

export class ShipmentDelivered extends event('shipments.shipment-delivered', {
  input: z.object({ orderId, shipmentId }),
  key: 'orderId',
}) {}
