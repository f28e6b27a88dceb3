import { StockLow } from '../inventory/inventory.contract.js';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
} from '../orders/orders.contract.js';

export const notificationsSubscriptions = {
  'order-mails': {
    events: [OrderConfirmed, OrderRejected, OrderCancelled, OrderShipped, OrderDelivered, OrderReturned],
    from: 'beginning',
  },
  'stock-alerts': { events: [StockLow], from: 'beginning' },
} as const;
