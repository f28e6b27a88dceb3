import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { OrderCancelled } from '../orders/orders.contract.js';
import * as contract from './stock.contract.js';

/** What every host knows of stock, wherever it runs. */
export const stock = context('stock', {
  contracts: contractsIn(contract),
  subscriptions: { 'cancelled-orders': { events: [OrderCancelled] } },
});
