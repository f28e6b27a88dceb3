import { derivedId } from '@isolith/message-bus';
import { choreography, when } from '@isolith/saga';
import { StockLow } from '../../inventory/inventory.contract.js';
import { AlertAdmins } from '../notifications.contract.js';

/** What runs low is an alert for all admins. */
export const stockAlerts = choreography({
  name: 'notifications.stock-alerts',
  on: [
    when(StockLow, {
      send: AlertAdmins,
      with: ({ sku, available }, { eventId }) =>
        new AlertAdmins({
          noticeId: derivedId(eventId, 'role:admin'),
          kind: 'stock-low',
          text: `${sku} is running low: ${available} left.`,
        }),
    }),
  ],
});
