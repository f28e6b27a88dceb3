import {
  OrderCancellationRefused,
  OrderCancellationRequested,
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderPlaced,
  OrderRejected,
  OrderReturned,
  OrderReturnRequested,
  OrderSettled,
  OrderShipped,
} from '../orders.contract.js';

/** Everything that can stand in the stream of an order. */
export const orderEvents = [
  OrderPlaced,
  OrderConfirmed,
  OrderRejected,
  OrderCancellationRequested,
  OrderCancellationRefused,
  OrderCancelled,
  OrderSettled,
  OrderShipped,
  OrderDelivered,
  OrderReturnRequested,
  OrderReturned,
] as const;

export type OrderEvent = InstanceType<(typeof orderEvents)[number]>;
