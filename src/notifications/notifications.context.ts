import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { StockLow } from '../inventory/inventory.contract.js';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
} from '../orders/orders.contract.js';
import { GetUser } from '../users/users.contract.js';
import * as contract from './notifications.contract.js';

export const notifications = context('notifications', {
  contracts: contractsIn(contract),
  needs: [GetUser],
  subscriptions: {
    'order-mails': {
      events: [OrderConfirmed, OrderRejected, OrderCancelled, OrderShipped, OrderDelivered, OrderReturned],
      from: 'beginning',
    },
    'stock-alerts': { events: [StockLow], from: 'beginning' },
  },
});
